import gc
import gzip
import io
from datetime import datetime
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cjmkit.errors import InputError, NotFoundError
from cjmkit.exchange import event_engine, event_files
from cjmkit.exchange.columns import columns_of, parse_map
from cjmkit.exchange.event_engine import engine
from cjmkit.exchange.events import preview, read_events, together

MAP = ["who=customer", "what=event", "when=at"]


def log_of(text, *pairs, **declared):
    data = text.encode() if isinstance(text, str) else text
    return read_events(data, {**parse_map([*MAP, *pairs], "events"), **columns_of(declared, "events")})


def rows_of(log):
    return [tuple(row) for row in log.events.fetchall()]


def told(log):
    return " ".join(map(str, log.warnings))


HARD = (
    'who;what;when;eur;by\n007;None;2026-01-02;3,5;a\n008;NO;2026-01-03;;"x;y\n""z"""\n1e5;=1+1;2026-01-04;-1;zażółć\n'
)
HARD_CELLS = [("007", "None", 3.5, "a"), ("008", "NO", None, 'x;y\n"z"'), ("1e5", "=1+1", -1.0, "zażółć")]


def right_cells(reader):
    """Whether a reader gives each hard cell as it stands, whatever the encoding; the text is the same in all."""
    return all(reader(HARD.encode(code)) == HARD_CELLS for code in ("utf-8", "utf-8-sig", "utf-16", "cp1250"))


def test_each_cell_comes_as_it_stands_in_every_encoding():
    def kit(data):
        log = log_of(data, "eur=amount", "by=segment")
        return [(who, what, eur, by) for who, what, _, _, eur, by in rows_of(log)]

    assert right_cells(kit)


def test_a_reader_written_in_a_hurry_fails_the_same_check():
    def hurry(data):
        table = pd.read_csv(io.BytesIO(data), sep=None, engine="python", encoding_errors="replace")
        return [tuple(row) for row in table[["who", "what", "eur", "by"]].itertuples(index=False)]

    assert not right_cells(hurry)


@pytest.mark.parametrize(("written", "read"), [
    ("2026-01-31", (2026, 1, 31)),
    ("2026/1/31 9:05", (2026, 1, 31, 9, 5)),
    ("2026-01-31T10:00:00.25", (2026, 1, 31, 10, 0, 0, 250000)),
    ("2026-01-31T10:00:00Z", (2026, 1, 31, 10)),
    ("2026-01-31 00:00:00+02:00", (2026, 1, 31)),
    ("2026-01-31T10:00:00-0530", (2026, 1, 31, 10)),
    ("31.1.2026 9:05", (2026, 1, 31, 9, 5)),
    ("1/31/2026 9:05 PM", (2026, 1, 31, 21, 5)),
    ("31-01-2026 23:59:59.5", (2026, 1, 31, 23, 59, 59, 500000)),
    ("20260131", (2026, 1, 31)),
    ("20260131235959", (2026, 1, 31, 23, 59, 59)),
    ("1700000000", (2023, 11, 14, 22, 13, 20)),
    ("1700000000123", (2023, 11, 14, 22, 13, 20, 123000)),
    ("1700000000123456", (2023, 11, 14, 22, 13, 20, 123456)),
])  # fmt: skip
def test_a_time_is_read_in_whatever_way_it_is_written(written, read):
    assert log_of(f"who;what;when\n7;x;{written}\n").first == datetime(*read)


@settings(max_examples=8)
@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_times_in_zones_far_apart_become_utc(when, minutes):
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    far = "+14:00" if minutes < 0 else "-12:00"
    log = log_of(f"who;what;when\n7;x;{when.isoformat(timespec='microseconds')}{zone}\n8;y;2026-01-01T00:00:00{far}\n")
    at = log.events.filter("customer = '7'").select('"at"').fetchall()[0][0]
    assert (when - at).total_seconds() == minutes * 60
    assert "were turned to UTC" in told(log)


def test_the_clock_on_the_wall_is_kept_where_zones_differ_as_summer_time_does():
    summer = "who;what;when;done\n7;x;2026-01-05T00:00:00+01:00;\n8;y;2026-07-05T00:00:00+02:00;{}\n"
    log = log_of(summer.format(""))
    assert [row[2] for row in rows_of(log)] == [datetime(2026, 1, 5), datetime(2026, 7, 5)]
    assert "kept as the clock on the wall showed them; their time zones (+01:00 to +02:00) are left out" in told(log)
    two = parse_map(["who=customer", "when=at:begun", "done=at:done"], "events")
    far = read_events(summer.format("2026-07-05T00:00:00-05:00").encode(), two)  # one file: all its columns together
    assert far.first == datetime(2026, 1, 4, 23)
    assert told(far).count("(-05:00 to +02:00) were turned to UTC") == 2


def test_the_order_of_day_and_month_is_asked_where_every_cell_fits_both():
    both = "who;what;when\n7;x;01/02/2026\n8;y;03/04/2026\n"
    with pytest.raises(InputError, match="every one could be day, month, year as well as month, day, year"):
        log_of(both)
    assert log_of(both, when={"role": "at", "order": "dmy"}).first == datetime(2026, 2, 1)
    assert log_of(both, when={"role": "at", "order": "mdy"}).first == datetime(2026, 1, 2)


def test_the_order_of_day_and_month_is_taken_from_cells_that_fit_one_only_and_is_told():
    log = log_of("who;what;when\n7;x;01/02/2026\n8;y;13/04/2026\n")
    assert log.first == datetime(2026, 2, 1)
    assert "01/02/2026 were read as day, month, year, since some fit no other order (1 of 2)" in told(log)


def test_dates_in_two_orders_are_refused():
    with pytest.raises(InputError, match="dates in two orders: some fit only day, month, year"):
        log_of("who;what;when\n7;x;13/04/2026\n8;y;04/13/2026\n")


def test_what_cannot_be_in_the_log_is_counted_and_told_with_its_lines():
    log = log_of("who,what,when\n7,x,2026-01-01\n,x,2026-01-02\n7,,2026-01-02\n7,x,\n7,x,soon\n\n7,x\n")
    assert log.rows == 1
    words = told(log)
    assert "rows without a customer, left out (1 in all): lines 3" in words
    assert "rows that do not say what happened, left out (1 in all): lines 4" in words
    assert "rows without a time, left out (2 in all): lines 5, 8" in words
    assert "times that cannot be read, their rows left out (1 in all): soon; lines 6" in words
    assert "rows with fewer cells than the heading, their rest left empty (1 in all): lines 8" in words


@pytest.mark.parametrize("mess", ["", "7,x,\n7,y,2026-01-0x\n", ",z,2026-01-01\n" * 3, "7,,2026-01-01\n7,x\n"])
def test_every_row_is_in_the_log_or_told(mess):
    text = "who,what,when\n7,x,2026-01-01\n" + mess
    log = log_of(text)
    left = sum(int(w.values["n"]) for w in log.warnings if "left out (" in w.sentence)
    assert log.rows + left == len(text.splitlines()) - 1


def test_equal_rows_are_counted_told_and_kept():
    log = log_of("who,what,when\n7,x,2026-01-01\n7,x,2026-01-01\n7,x,2026-01-02\n")
    assert (log.rows, log.duplicates) == (3, 1)
    assert "rows equal to another in every cell, kept since the same may happen twice (1 in all)" in told(log)


def test_an_amount_that_could_be_two_numbers_is_left_empty_and_told():
    log = log_of("who;what;when;eur\n7;x;2026-01-01;1,234\n8;x;2026-01-01;3,5\n", "eur=amount")
    assert [row[4] for row in rows_of(log)] == [None, 3.5]
    assert "amounts that are no number, left empty (1 in all): 1,234; lines 2" in told(log)


def test_one_row_may_tell_several_events_each_at_its_time():
    text = "ticket;opened;solved\n7;2026-01-01;2026-01-05\n8;2026-01-02;\n"
    log = read_events(text.encode(), parse_map(["ticket=customer", "opened=at:asked", "solved=at:solved"], "events"))
    assert [row[:2] for row in rows_of(log)] == [("7", "asked"), ("8", "asked"), ("7", "solved")]


def test_several_columns_make_one_name_and_labels_and_blanks_are_as_declared():
    text = "who;area;what;when;by\n7;web;buy;2026-01-01;1\n8;;call;2026-01-02;9\n"
    log = log_of(
        text,
        area={"role": "event", "labels": {"web": "shop"}},
        by={"role": "segment", "name": "Came by", "labels": {"1": "ad"}, "blank": [9]},
    )
    assert [(row[1], row[4]) for row in rows_of(log)] == [("shop/buy", "ad"), ("call", "")]
    assert log.segments == {"by": "Came by"}


def test_states_of_one_activity_count_once():
    text = "who,what,when,state\n7,pay,2026-01-01,start\n7,pay,2026-01-02,complete\n7,ask,2026-01-03,START\n8,pay,2026-01-04,schedule\n8,pay,2026-01-05,start\n"
    assert log_of(text).rows == 5  # undeclared, each state is an event: the control
    log = log_of(text, "state=lifecycle")
    assert [(row[0], row[1], row[2].day) for row in rows_of(log)] == [("7", "pay", 2), ("7", "ask", 3), ("8", "pay", 5)]
    assert "left out (2 in all)" in told(log)


def test_a_group_said_once_for_a_customer_holds_for_all_their_rows():
    log = log_of("who,what,when,by\n7,x,2026-01-01,ad\n7,y,2026-01-02,\n8,x,2026-01-01,\n", "by=segment")
    assert [row[4] for row in rows_of(log)] == ["ad", "ad", ""]
    assert "these were given the same (1 in all)" in told(log)
    changing = log_of("who,what,when,by\n7,x,2026-01-01,ad\n7,y,2026-01-02,\n7,z,2026-01-02,mail\n", "by=segment")
    assert [row[4] for row in rows_of(changing)] == ["ad", "", "mail"]


def test_columns_may_be_parted_by_runs_of_spaces():
    log = log_of(b" who  what when\r\n 00007 x   20260131\r\n 00008  y 20260201\r\n")
    assert [row[:2] for row in rows_of(log)] == [("00007", "x"), ("00008", "y")]


def test_the_same_log_comes_from_text_gzip_parquet_and_a_workbook(tmp_path):
    rows = [("007", "x", datetime(2026, 1, 31, 10, 30)), ("008", "y", datetime(2026, 2, 1))]
    text = "who,what,when\n" + "".join(f"{a},{b},{c.isoformat()}\n" for a, b, c in rows)
    book = openpyxl.Workbook()
    for row in [("who", "what", "when"), *rows]:
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    parquet = tmp_path / "a'b.parquet"
    values = ", ".join(f"('{a}', '{b}', TIMESTAMP '{c}')" for a, b, c in rows)
    query = f'SELECT * FROM (VALUES {values}) t(who, what, "when")'
    duckdb.connect().execute(
        f"COPY ({query}) TO '{str(parquet).replace(chr(39), chr(39) * 2)}' (FORMAT parquet)"
    ).fetchall()
    columns = parse_map(MAP, "events")
    sources = [text.encode(), gzip.compress(text.encode()), parquet, parquet.read_bytes(), tmp_path / "log.xlsx"]
    for source in sources:
        assert [row[:3] for row in rows_of(read_events(source, columns))] == rows


XES = """<log xmlns="http://www.xes-standard.org/"><trace><string key="concept:name" value="7 &amp; 8"/>
<event><string key="concept:name" value="pay"/><date key="time:timestamp" value="2026-01-31T10:00:00+01:00"/></event>
<event><string key="Activity" value="ask"/><string key="concept:name" value="x"/>
<date key="time:timestamp" value="2026-01-31T11:00:00Z"/></event></trace></log>"""


def test_an_xes_file_is_read_with_its_own_keys():
    columns = {"case:concept:name": "customer", "Activity": "event", "time:timestamp": "at"}
    log = read_events(XES.encode(), columns_of({key: {"role": role} for key, role in columns.items()}, "events"))
    assert rows_of(log) == [("7 & 8", "ask", datetime(2026, 1, 31, 11), "")]
    assert "rows that do not say what happened, left out (1 in all)" in told(log)
    assert preview(XES.encode())[0] == ["case:concept:name", "concept:name", "time:timestamp", "Activity"]


@pytest.mark.parametrize(("bad", "why"), [
    (b"<!DOCTYPE log [<!ENTITY a 'b'>]>" + XES.encode(), "declarations of its own"),
    (b"<log>" + b"<a>" * 60, "nested too deep"),
    (XES.encode()[:-9], "no XML that can be read"),
    (b"<html><body/></html>", "a web page or XML"),
    (gzip.compress(XES.encode(), mtime=0)[:-9], "damaged or cut off"),
    (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "compressed"),
    (b"PAR1" * 9, "damaged"),
    (b"", "is empty"),
    (b"who,what,when\n", "no row below it"),
    (b"who,what,when\n7,x,soon\n", "none of its cells can be read as one, such as soon"),
    (b"00004 0001 19970101\n00005 0002 19970102\n", "has no heading: its first row holds only numbers"),
    (b"who,what,when\n" + b"7,x,2026-01-01,9\n" * 9, "more cells than the heading"),
    (b'who,what,when\n7,"x,2026-01-01\n', "a quotation mark opens a cell"),
    (b"who,what,when\n7,\0,2026-01-01\n", "is not text"),
    (b"who,what,when\n" + b"7," + b"x" * 5_000_000 + b",2026-01-01\n", "a line longer than"),
])  # fmt: skip
def test_what_is_no_log_is_refused_in_a_clear_sentence(bad, why):
    with pytest.raises(InputError, match=why):
        log_of(bad)


@pytest.mark.parametrize(("pairs", "why"), [
    (["what=event", "when=at"], "none is declared as the customer"),
    (["who=customer", "what=event"], "none is declared as a time"),
    (["who=customer", "when=at"], "say what happened at each time"),
    (["who=customer", "when=at:x", "whom=segment"], "whom: is declared, but not in the file; nearest: who"),
])  # fmt: skip
def test_a_table_whose_columns_make_no_log_is_refused_saying_what_is_missing(pairs, why):
    with pytest.raises(InputError, match=why):
        read_events(b"who,what,when\n7,x,2026-01-01\n", parse_map(pairs, "events"))


def test_an_address_or_a_missing_file_is_named():
    with pytest.raises(InputError, match="internet address"):
        read_events("https://x.example/log.csv", parse_map(MAP, "events"))
    with pytest.raises(NotFoundError):
        read_events("nowhere.csv", parse_map(MAP, "events"))


def test_a_bomb_is_not_unpacked_and_a_log_that_packs_well_is(monkeypatch):
    monkeypatch.setattr(event_files, "UNPACKED", 2**20)
    bomb = gzip.compress(b"who,what,when\n" + b"7,x,2026-01-01\n" * 200_000)
    assert len(gzip.decompress(bomb)) > 100 * len(bomb)  # what a reader without a cap would write out: the control
    with pytest.raises(InputError, match="would unpack to more"):
        log_of(bomb)
    honest = "".join(f"{n % 977},x{n % 25},2026-01-01 10:{n % 60:02}:00\n" for n in range(60_000))
    assert len(honest) > 2**20
    assert log_of(gzip.compress(("who,what,when\n" + honest).encode())).rows == 60_000


def test_a_parquet_file_with_more_rows_than_it_can_hold_is_not_read(tmp_path):
    path = tmp_path / "bomb.parquet"
    rows = "SELECT 'a' AS who, 'b' AS what, TIMESTAMP '2026-01-01' AS \"when\" FROM range(1500000)"
    duckdb.connect().execute(f"COPY ({rows}) TO '{path}' (FORMAT parquet)").fetchall()
    with pytest.raises(InputError, match="would unpack to more"):
        read_events(path, parse_map(MAP, "events"))


def test_a_log_larger_than_the_setting_is_refused():
    with pytest.raises(InputError, match="larger than"):
        read_events(b"who,what,when\n7,x,2026-01-01\n", parse_map(MAP, "events"), largest=10)


def test_names_from_the_file_are_never_sql():
    evil = '"; DROP TABLE events; --'
    text = f"who;what;when;{evil.replace(';', ',')}\n7;x' OR '1'='1;2026-01-01;a'b\n"
    evil = evil.replace(";", ",")
    text = text.replace(evil, '"' + evil.replace('"', '""') + '"')
    log = log_of(text, **{evil: {"role": "segment", "labels": {"a'b": "it's"}, "blank": ["'"]}})
    assert rows_of(log) == [("7", "x' OR '1'='1", datetime(2026, 1, 1), "", "it's")]
    assert log.events.columns[-1] == evil


def test_the_engine_reads_no_other_file(tmp_path):
    (tmp_path / "mine.csv").write_text("a\n1\n")
    (tmp_path / "theirs.csv").write_text("a\n1\n")
    query = f"SELECT * FROM read_csv('{tmp_path / 'theirs.csv'}')"
    assert duckdb.connect().execute(query).fetchall()  # an engine as it comes: the control
    connection = engine(tmp_path / "mine.csv")
    with pytest.raises(duckdb.Error):
        connection.execute(query).fetchall()
    with pytest.raises(duckdb.Error):
        connection.execute("SET enable_external_access=true").fetchall()


def test_further_tables_are_joined_by_the_column_that_both_share(tmp_path):
    (tmp_path / "campaigns.csv").write_text("campaign;start;kind\n1;2026-01-05;mail\n2;2026-02-05;ad\n")
    columns = parse_map(["who=customer", "start=at:campaign", "kind=segment"], "events")
    log = read_events(b"who;campaign\n7;2\n8;1\n9;3\n", columns, join={tmp_path / "campaigns.csv": "campaign"})
    assert [(row[0], row[4]) for row in rows_of(log)] == [("7", "ad"), ("8", "mail")]
    assert "rows whose campaign campaigns.csv does not know" in told(log)
    (tmp_path / "campaigns.csv").write_text("campaign;start\n1;2026-01-05\n1;2026-02-05\n")
    with pytest.raises(InputError, match="stand in more than one row: 1"):
        read_events(b"who;campaign\n7;2\n", columns, join={tmp_path / "campaigns.csv": "campaign"})


def test_several_logs_come_together_in_their_order():
    one = log_of("who,what,when,by\n7,x,2026-01-01,ad\n8,x,2026-01-02,\n", "by=segment")
    two = log_of("who,what,when,eur\n7,buy,2026-02-01,9\n", "eur=amount")
    both = together([one, two])
    assert (both.rows, both.customers, both.last) == (3, 2, datetime(2026, 2, 1))
    assert both.events.columns == ["customer", "event", "at", "channel", "amount", "by"]
    assert [row[4:] for row in rows_of(both)] == [(None, "ad"), (None, ""), (9.0, "")]
    assert rows_of(one)  # and each stays what it was


def test_days_of_a_workbook_that_counts_from_1904_are_right(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in [("who", "what", "when"), ("7", "x", datetime(2026, 1, 31, 10, 30))]:
        book.active.append(row)
    book.save(tmp_path / "log.xlsx")
    assert read_events(tmp_path / "log.xlsx", parse_map(MAP, "events")).first == datetime(2026, 1, 31, 10, 30)


def test_a_log_too_large_for_memory_is_kept_on_the_disk_and_goes_with_it(monkeypatch):
    monkeypatch.setattr(event_engine, "IN_MEMORY", 1)
    log = log_of("who,what,when\n7,x,2026-01-01\n")
    (file,) = [
        row[0]
        for row in log.connection.execute("SELECT path FROM duckdb_databases() WHERE path IS NOT NULL").fetchall()
    ]
    assert Path(file).exists()
    assert Path(file).parent.parent.stat().st_mode & 0o077 == 0
    assert rows_of(log) == [("7", "x", datetime(2026, 1, 1), "")]
    del log
    gc.collect()
    assert not Path(file).exists()


def test_days_beside_times_and_customers_of_one_log_alone_are_told():
    at = parse_map(["who=customer", "when=at:x"], "events")
    timed = read_events(b"who,when\n7,2026-01-31 10:00\n8,2026-01-31 11:00\n", at)
    days = read_events(b"who,when\n7,2026-01-31\n8,2026-02-01\n", at)
    strangers = read_events(b"who,when\nt-1,2026-01-31 09:00\n", at)
    log = together([timed, days])
    assert "share it with timed ones of the same customer (1 in all)" in told(log)
    assert [row[0] for row in log.events.filter("customer = '7'").order('"at"').select('hour("at")').fetchall()] == [
        0,
        10,
    ]
    assert "no customer of this log is in another one" in told(together([timed, strangers]))
    both = together([timed, read_events(b"who,when\n7,2026-01-31 09:00\n", at)])  # nothing to be told
    assert both.warnings == ()
