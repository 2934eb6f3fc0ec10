"""Logs, customers and a database's answers on their way in: shown first, kept as they came, told where they changed."""

import gzip
import hashlib
import json
import sqlite3
import sys
from pathlib import Path

import pytest

from cjmkit.errors import NotFoundError
from cjmkit.exchange.columns import parse_map
from cjmkit.runs.evidence import evidence_gaps, read_log, read_people
from cjmkit.runs.forgetting import forget, traces_of
from cjmkit.runs.incoming import Incoming
from cjmkit.runs.manifest import inputs
from cjmkit.runs.opening import report_of
from cjmkit.runs.verifying import verify
from cjmkit.workshop import open_workshop

LOG = "who;what;when;shop\n" + "".join(
    f"c{n};{what};2026-01-{day:02} 10:00;{'north' if n % 2 else 'south'}\n"
    for n in range(6) for day, what in enumerate(("page/home", "page/oven", "cart"), 1)
)  # fmt: skip
MAP = ["--map", "who=customer", "--map", "what=event", "--map", "when=at", "--map", "shop=segment"]
COLUMNS = parse_map([word for word in MAP if word != "--map"], "events")


@pytest.fixture
def log(tmp_path) -> Path:
    path = tmp_path / "visits.csv"
    path.write_text(LOG, "utf-8")
    return path


@pytest.fixture
def fridge(workshops):
    workshop = open_workshop("fridge")
    oven, *rest = workshop.journey.to_data()["touchpoints"]
    workshop.save(touchpoints=[{**oven, "events": ["page/*"], "evidence": "assumed"}, *rest])
    return workshop


def sources(workshops):
    return json.loads((workshops / "fridge/journey.json").read_text("utf-8"))["sources"]


def everything(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}  # fmt: skip


def test_a_log_is_shown_as_it_will_be_understood_and_then_kept_as_it_came(cjmkit, workshops, fridge, log):
    first = fridge.journey.touchpoints[0].id
    code, out, err = cjmkit("import", "fridge", "events", log, *MAP)
    assert code == 0, err
    assert "18 rows, 6 customers" in out
    assert "From January 1, 2026 to January 3, 2026" in out.replace("\xa0", " ")
    assert f"Measured now: {first}" in out
    assert "18 rows of visits.csv are in." in out
    source = sources(workshops)[-1]
    assert (source["kind"], source["file"]) == ("events", "evidence/visits.csv")
    assert source["sha256"] == hashlib.sha256(log.read_bytes()).hexdigest()
    assert (workshops / "fridge" / source["file"]).read_bytes() == log.read_bytes()
    now = open_workshop("fridge")
    assert now.journey.touchpoint(first).evidence == "measured"
    assert len(list((workshops / "fridge/versions").iterdir())) == 1
    report = report_of(now)
    assert report.events is not None
    assert dict(report.event_segments) == {"shop": "shop"}


def test_a_preview_keeps_nothing_and_neither_does_a_no(cjmkit, workshops, fridge, log, monkeypatch):
    before = everything(workshops)
    assert cjmkit("import", "fridge", "events", log, *MAP, "--preview")[0] == 0
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", lambda sentence: False)
    code, out, _ = cjmkit("import", "fridge", "events", log, *MAP)
    assert (code, "Nothing was changed." in out) == (1, True)
    assert everything(workshops) == before


def test_without_a_declaration_one_is_printed_ready_to_be_corrected_and_nothing_is_kept(
    cjmkit, workshops, log, tmp_path
):
    before = everything(workshops)
    code, out, err = cjmkit("import", "fridge", "events", log)
    assert (code, "Nothing is kept yet" in err) == (2, True)
    assert everything(workshops) == before
    (tmp_path / "columns.toml").write_text(out, "utf-8")
    assert "# who: is called as who it was" not in out  # "who" is no word for it; what is guessed is only the time
    assert '[when]\nrole = "at"' in out
    code, out, err = cjmkit("import", "fridge", "events", log, "--columns", tmp_path / "columns.toml", *MAP[:4])
    assert code == 0, err


def test_several_logs_are_one_and_one_of_the_same_name_is_replaced(cjmkit, workshops, fridge, log, tmp_path):
    other = tmp_path / "calls.csv"
    other.write_text("who;what;when\nc1;call;2026-02-01\nc9;call;2026-02-02\n", "utf-8")
    for _ in range(2):
        for file in (log, other):
            assert cjmkit("import", "fridge", "events", file, *(MAP if file is log else MAP[:6]))[0] == 0
    assert [s["id"] for s in sources(workshops) if s["kind"] == "events"] == ["events-visits", "events-calls"]
    both = read_log(open_workshop("fridge"))
    assert (both.rows, both.customers) == (20, 7)


def test_customers_come_in_and_give_the_log_their_columns(cjmkit, workshops, fridge, log, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text(
        "id;plan;age\n" + "".join(f"c{n};{'gold' if n < 3 else 'basic'};{20 + n}\n" for n in range(6)), "utf-8"
    )
    assert cjmkit("import", "fridge", "events", log, *MAP)[0] == 0
    words = ["--map", "id=customer", "--map", "plan=segment", "--map", "age=number"]
    code, out, err = cjmkit("import", "fridge", "customers", people, *words)
    assert (code, "6 rows of people.csv are in." in out) == (0, True), err
    report = report_of(open_workshop("fridge"))
    assert len(report.customers) == 6
    assert set(report.event_segments) == {"shop", "plan"}


def test_a_joined_file_is_kept_too(cjmkit, workshops, fridge, tmp_path):
    (tmp_path / "tickets.csv").write_text("ticket;user\n" + "".join(f"t{n};c{n}\n" for n in range(6)), "utf-8")
    rows = "".join(f"t{n};open;2026-01-0{n + 1}\n" for n in range(6))
    (tmp_path / "moves.csv").write_text("ticket;status;at\n" + rows, "utf-8")
    words = [
        "--map",
        "user=customer",
        "--map",
        "status=event",
        "--map",
        "at=at",
        "--join",
        f"{tmp_path / 'tickets.csv'}=ticket",
    ]
    code, _, err = cjmkit("import", "fridge", "events", tmp_path / "moves.csv", *words)
    assert code == 0, err
    source = sources(workshops)[-1]
    assert source["join"] == {"evidence/tickets.csv": "ticket"}
    assert read_log(open_workshop("fridge")).customers == 6
    assert set(inputs(open_workshop("fridge"))) >= {"evidence/moves.csv", "evidence/tickets.csv"}


def test_a_database_answers_into_evidence_and_only_the_query_is_kept(cjmkit, workshops, fridge, tmp_path, monkeypatch):
    place = tmp_path / "crm.db"
    with sqlite3.connect(place) as base:
        base.execute("CREATE TABLE v (who TEXT, what TEXT, at TEXT)")
        base.executemany("INSERT INTO v VALUES (?, ?, ?)", [(f"c{n}", "page/home", "2026-01-01") for n in range(5)])
    base.close()
    words = ["--map", "who=customer", "--map", "what=event", "--map", "at=at"]
    monkeypatch.setenv("CJMKIT_SQL", f"sqlite:///{place}")
    code, out, err = cjmkit("import", "fridge", "events", "--query", "SELECT * FROM v ORDER BY who", *words)
    assert (code, "5 rows" in out) == (0, True), err
    source = sources(workshops)[-1]
    assert source["query"] == "SELECT * FROM v ORDER BY who"
    assert (workshops / "fridge" / source["file"]).read_text("utf-8").splitlines()[1] == "c0,page/home,2026-01-01"
    assert not [name for name, content in everything(workshops).items() if b"crm.db" in content]
    code, _, err = cjmkit("import", "fridge", "events", "--query", "DROP TABLE v", *words)
    assert (code, "single SELECT" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["events"], "Name the file to import"),
        (["events", "x.csv", "--query", "SELECT 1"], "A query goes with --sql URL"),
        (["events", "{log}", "--join", "x"], "'x' must be FILE=COLUMN"),
        (["events", "{log}", "--create-touchpoints", "use", *MAP], "--create-touchpoints is for a survey only."),
        (["scores", "{log}", "--preset", "ga4"], "for a survey, events or customers only"),
        (["survey", "{log}", "--preset", "typewriter"], "There is no preset typewriter."),
    ],
)
def test_words_that_do_not_fit_together_are_one_sentence(cjmkit, workshops, log, words, said):
    code, _, err = cjmkit("import", "fridge", *(word.format(log=log) for word in words))
    assert (code, said in err) == (2, True), err


def test_a_raw_file_that_was_changed_is_told(cjmkit, workshops, fridge, log):
    assert cjmkit("import", "fridge", "events", log, *MAP)[0] == 0
    assert evidence_gaps(open_workshop("fridge")) == []
    raw = workshops / "fridge/evidence/visits.csv"
    raw.write_text(raw.read_text("utf-8") + "c1;cart;2026-03-01;north\n", "utf-8")
    assert [fault.place for fault in evidence_gaps(open_workshop("fridge"))] == ["evidence/visits.csv"]
    assert "is not as it was imported" in cjmkit("check", "fridge")[1]


def test_a_raw_file_that_was_changed_is_told_when_a_report_is_built_from_it(cjmkit, kept_warm, fridge, log):
    Incoming(fridge, "events", log, COLUMNS).take()
    run = ("run", "fridge", "--only", "mermaid", "--language", "en")
    assert "note:" not in cjmkit(*run)[1]
    (fridge.folder / "evidence/visits.csv").write_text(LOG.replace("cart", "card"), "utf-8")
    assert "note: evidence/visits.csv: is not as it was imported" in cjmkit(*run)[1]


def test_a_client_without_a_log_never_loads_the_engine(workshops, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)  # whoever imports it now fails
    report_of(open_workshop("fridge"))


def test_a_customer_is_forgotten_in_every_kind_of_log_and_the_rest_still_reads(workshops, fridge, log, tmp_path):
    import duckdb

    packed, parquet, xes = tmp_path / "packed.csv.gz", tmp_path / "visits.parquet", tmp_path / "cases.xes"
    packed.write_bytes(gzip.compress(LOG.encode()))
    duckdb.sql(f"SELECT * FROM read_csv('{log}', delim=';', all_varchar=true)").write_parquet(str(parquet))
    traces = "".join(
        f'<trace><string key="concept:name" value="c{n}"/><event><string key="concept:name" value="call"/>'
        f'<date key="time:timestamp" value="2026-01-0{n + 1}T10:00:00Z"/></event></trace>\n' for n in range(6)
    )  # fmt: skip
    xes.write_text(f'<?xml version="1.0"?>\n<log xes.version="1.0">\n{traces}</log>\n', "utf-8")
    people = tmp_path / "people.csv"
    people.write_text("id;plan\n" + "".join(f"c{n};gold\n" for n in range(6)), "utf-8")
    cases = parse_map(["case:concept:name=customer", "concept:name=event", "time:timestamp=at"], "events")
    for file, columns in ((log, COLUMNS), (packed, COLUMNS), (parquet, COLUMNS), (xes, cases)):
        Incoming(fridge, "events", file, columns).take()
    Incoming(fridge, "customers", people, parse_map(["id=customer", "plan=segment"], "customers")).take()
    assert read_log(fridge).customers == 6
    gone = {t.file: t.rows for t in traces_of(fridge, "c3").going}
    assert gone == {"evidence/cases.xes": 1, "evidence/packed.csv.gz": 3, "evidence/people.csv": 1,
                    "evidence/visits.csv": 3, "evidence/visits.parquet": 3}  # fmt: skip
    forget(fridge, "c3")
    now = open_workshop("fridge")
    assert read_log(now).customers == 5
    assert len(read_people(now).table) == 5
    assert evidence_gaps(now) == []
    assert traces_of(now, "c4").going
    assert verify(now.folder) == []


def test_what_cannot_be_written_anew_is_named(workshops, fridge, log):
    Incoming(fridge, "events", log, COLUMNS).take()
    (fridge.folder / "evidence/broken.parquet").write_bytes(b"PAR1 c3 PAR1")
    assert [t.file for t in traces_of(fridge, "c3").standing if t.unread] == ["evidence/broken.parquet"]


def test_a_customer_is_forgotten_in_a_workbook_too(workshops, fridge, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in [("id", "plan"), *((f"c{n}", "gold") for n in range(6))]:
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    columns = parse_map(["id=customer", "plan=segment"], "customers")
    Incoming(fridge, "customers", tmp_path / "people.xlsx", columns).take()
    assert [(t.file, t.rows) for t in traces_of(fridge, "c3").going] == [("evidence/people.xlsx", 1)]
    forget(fridge, "c3")
    assert list(read_people(open_workshop("fridge")).table.customer) == ["c0", "c1", "c2", "c4", "c5"]
    assert evidence_gaps(open_workshop("fridge")) == []


SPACED = " who  when  paid\n" + "".join(f" {n:05} 2026010{n + 1}  {n}.50\n" for n in range(6))
WHEN = parse_map(["who=customer", "when=at:purchase"], "events")


def test_a_customer_is_forgotten_where_runs_of_spaces_part_the_cells(fridge, tmp_path):
    file = tmp_path / "orders.txt"
    file.write_text(SPACED, "utf-8")
    Incoming(fridge, "events", file, WHEN).take()
    assert [(t.file, t.rows) for t in traces_of(fridge, "00003").going] == [("evidence/orders.txt", 1)]
    forget(fridge, "00003")
    left = (fridge.folder / "evidence/orders.txt").read_text("utf-8")
    assert left == SPACED.replace(" 00003 20260104  3.50\n", "")


def test_a_customer_whom_rewriting_would_miss_is_named_never_kept_in_silence(fridge, tmp_path, monkeypatch):
    file = tmp_path / "orders.txt"
    file.write_text(SPACED, "utf-8")
    Incoming(fridge, "events", file, WHEN).take()
    monkeypatch.setattr(
        "cjmkit.runs.traces.without_any_rows", lambda data, file, goes: (data, 0, 6)
    )  # misses everybody
    assert [t.file for t in traces_of(fridge, "00003").standing if t.unread] == ["evidence/orders.txt"]
    assert not traces_of(fridge, "00003").going


def test_an_events_own_attribute_may_say_who_it_is_of(fridge, tmp_path):
    event = '<event><string value="{}" key="who"/><string key="what" value="call"/><date key="when" value="2026-01-01T10:00:00Z"/></event>\n'
    file = tmp_path / "cases.xes"
    file.write_text(
        "<log>\n<trace>\n" + "".join(event.format(f"c{n}") for n in range(6)) + "</trace>\n</log>\n", "utf-8"
    )
    Incoming(fridge, "events", file, parse_map(["who=customer", "what=event", "when=at"], "events")).take()
    assert [(t.file, t.rows) for t in traces_of(fridge, "c3").going] == [("evidence/cases.xes", 1)]
    forget(fridge, "c3")
    assert read_log(open_workshop("fridge")).customers == 5


def test_the_name_of_a_cell_is_nobodys_name(fridge, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["id", "plan"])
    for n in range(6):
        book.active.append([f"c{n}", "gold"])
    book.active["A9"] = "=A2"
    book.save(fridge.folder / "out.xlsx")
    with pytest.raises(NotFoundError):
        traces_of(fridge, "A2")
    book.active["B9"] = "said by A2"
    book.save(fridge.folder / "out.xlsx")
    assert [t.file for t in traces_of(fridge, "A2").standing if t.places] == ["out.xlsx"]


def test_what_is_doubtful_of_a_log_beside_others_is_told_at_its_import_and_by_the_check(
    cjmkit, workshops, fridge, log, tmp_path
):
    days = tmp_path / "days.csv"
    days.write_text("who,day\nc1,2026-01-02\nc1,2026-01-02\n", "utf-8")
    tickets = tmp_path / "tickets.csv"
    tickets.write_text("who,day\nt-1,2026-01-09 10:00\n", "utf-8")
    assert cjmkit("import", "fridge", "events", log, *MAP)[0] == 0
    called = ["--map", "who=customer", "--map", "day=at:letter"]
    assert "share it with timed ones of the same customer (2 in all)" in " ".join(
        cjmkit("import", "fridge", "events", days, *called)[2].split()
    )
    assert "tickets.csv: no customer of this log is in another one" in " ".join(
        cjmkit("import", "fridge", "events", tickets, *called)[2].split()
    )
    told = cjmkit("check", "fridge")[1]
    assert "days.csv: rows equal to another in every cell" in told
    assert "tickets.csv: no customer of this log is in another one" in told
    assert "no touchpoint says which events are its own" not in told
    workshop = open_workshop("fridge")
    workshop.save(touchpoints=[{**t, "events": []} for t in workshop.journey.to_data()["touchpoints"]])
    assert "no touchpoint says which events are its own: say it in notebook 03" in cjmkit("check", "fridge")[1]
