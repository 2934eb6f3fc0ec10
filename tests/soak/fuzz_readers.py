"""Broken files for every reader: nothing but a CJMError may come out, quickly, and within 512 MB.

The control is a reader as one writes it in a hurry; the same files must bring it down.
"""

from __future__ import annotations

import copy
import gzip
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from cjmkit.errors import CJMError
from cjmkit.exchange.columns import parse_map, read_columns
from cjmkit.exchange.customers import read_customers
from cjmkit.exchange.event_presets import preset
from cjmkit.exchange.events import read_events
from cjmkit.exchange.journeys import read_journey
from cjmkit.exchange.mermaid import read_mermaid
from cjmkit.exchange.quotes import read_quotes
from cjmkit.exchange.scores import read_scores
from cjmkit.exchange.survey_presets import suggest
from cjmkit.exchange.survey_tables import read_survey_table
from cjmkit.exchange.surveys import read_survey
from cjmkit.exchange.text import read_text_table
from cjmkit.journey import Journey

N = 10_000
JOURNEY = Journey.from_data(
    {
        "client": "Łódź & Söhne",
        "stages": [{"id": "use", "name": "Use"}],
        "touchpoints": [{"id": "food", "stage": "use", "name": "Food", "quotes": [{"text": "ó 中"}]}],
        "personas": [{"id": "anna", "demographics": {"age": "34"}}],
        "scale": {"low": 1, "high": 5, "labels": {"1": "bad"}},
        "paths": [{"id": "main", "persona": "anna", "touchpoints": ["food"]}],
        "actions": [{"id": "act", "touchpoints": ["food"], "due": "2027-01-31", "impact": 4, "from": 30, "to": 7}],
        "rounds": [{"id": 1, "asks": ["score"]}, {"id": 2}],
        "sources": [{"id": "s", "file": "evidence/s.csv", "kind": "survey", "columns": {"q": {"role": "nps"}}}],
        "messages": [{"persona": "anna", "stage": "use"}],
        "held": [{"on": "2026-11-20", "teams": {"Sales": 3}}],
    }
)
SURVEY = 'id;nps;food;age;wt;say\n007;9;4,5;2;0,5;"a ""b"" zażółć"\n008;11;;1;1;None\n009;0;5;;2;"x;y\nz"\n'
SCORES = "participant,team,touchpoint,score,importance,comment\np1,Sales,food,4,2,=1+1\np2,Sales,Food,,1,NO\n"
MAP = ["id=respondent", "nps=nps", "food=rating:food", "age=segment", "wt=weight", "say=comment"]
COLUMNS = '[nps]\nrole = "nps"\nblank = [11, "x"]\n[food]\nrole = "rating"\ntouchpoint = "food"\nlow = 1\nhigh = 5\n'
COLUMNS += '[age]\nrole = "segment"\nlabels = {1 = "young"}\n'
DIAGRAM = "---\ntitle: Day\n---\n%%{init: {'theme': 'base'}}%%\njourney\n title Day #58; ó\n accDescr {\n two\n}\n"
DIAGRAM += " section Work\n  Make tea: 5: Me, 中\n  Pay: 2\n section Home\n  Rest: 3: Me\n%% end\n"
LOG = 'id;what;when;by;eur\n007;"a ""b"" zażółć";2026-01-31 10:00;web;3,5\n008;None;13/2/2026;;\n009;NO;1700000000;"x;y\nz";1,234\n'
PLAIN = "id,what,when,by,eur\n" + "007,a,2026-01-31T10:00:00+02:00,web,3.5\n008,b,13.1.2026,shop,\n" * 3
SPACES = " id  when  what\r\n 007 20260131  a\r\n 008 20260201  b\r\n"
LOG_MAP = parse_map(["id=customer", "what=event", "when=at", "by=segment", "eur=amount"], "events")
XES = """<?xml version="1.0" encoding="utf-8"?>
<log xmlns="http://www.xes-standard.org/"><string key="origin" value="x"/>
<trace><string key="concept:name" value="zażółć &amp; 7"/>
<event><string key="concept:name" value="Pay"/><date key="time:timestamp" value="2026-01-31T10:00:00+02:00"/>
<string key="lifecycle:transition" value="start"/></event>
<event><string key="concept:name" value="Pay"/><date key="time:timestamp" value="2026-01-31T11:00:00Z"/>
<string key="lifecycle:transition" value="complete"/><list key="more"><int key="a" value="1"/></list></event></trace></log>"""
XES_MAP = preset("xes", ["case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition"])
PEOPLE = 'id;age;spent\n007;"18–24";3,5\n008;;\n009;old;1200\n'
PEOPLE_MAP = parse_map(["id=customer", "age=segment", "spent=number"], "customers")
ROUGH = [
    b'"',
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b";",
    b",",
    b"\t",
    b"\r",
    b"\n",
    b"\xb3\xea",
    b"\x1a",
    b"[",
    b"{" * 60,
]
ROUGH += [
    b"9" * 5000,
    b"1e999",
    b"NaN",
    b"-",
    b"=",
    b"\\ud800",
    b"PK\x03\x04",
    b"null",
    "中\u2028".encode(),
    b'\']"""',
    b"[a.b]\n",
]


def parquet() -> bytes:
    """A log as Parquet, made here: its bytes are no text that could stand in a file of Python."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        rows = "SELECT 'c' || i AS id, 'a' AS what, TIMESTAMP '2026-01-31' + to_days(i::INTEGER) AS \"when\", 'web' AS \"by\", i * 1.5 AS eur"
        duckdb.connect().execute(f"COPY ({rows} FROM range(20) r(i)) TO '{path}' (FORMAT parquet)").fetchall()
        return path.read_bytes()


def as_workbook(text: str) -> bytes:
    """The same table as an Excel workbook."""
    import csv
    import io

    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(csv.reader(io.StringIO(text))):
        sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()


Reader = Callable[[bytes], object]
Damage = Callable[[bytes, random.Random], bytes]
SURVEY_COLUMNS = {**parse_map(MAP), **parse_map(["nps=nps"])}
TOOL = "StartDate,EndDate,Status,Finished,ResponseId,Q1,Q2\nStart Date,End Date,Response Type,Finished,Response ID,Recommend?,Why ż?\n"
TOOL += '"{""ImportId"":""a""}",b,c,d,e,f,g\n2026-01-02,2026-01-02,IP Address,True,R_1,9,"a;b"\n2026-02-02,x,Survey Preview,False,R_2,3,ó\n'
LONG = "response_id,question_id,sub_question_key,value\nR_1,QID1,,9\nR_1,QID2,,4\nR_2,QID1,,3\nR_2,QID1,,5\n"
TOOL_COLUMNS = parse_map(["ResponseId=respondent", "StartDate=wave", "Q1=nps", "Q2=comment"])
LONG_COLUMNS = parse_map(["response_id=respondent", "question_id=item", "value=value", "QID1=nps"])
READERS: dict[str, tuple[Reader, list[bytes]]] = {
    "survey as its tool wrote it": (lambda data: read_survey(data, TOOL_COLUMNS), [TOOL.encode(), as_workbook(TOOL)]),
    "survey, one row an answer": (lambda data: read_survey(data, LONG_COLUMNS), [LONG.encode(), as_workbook(LONG)]),
    "first look at a survey": (
        lambda data: suggest(read_survey_table(data).table),
        [TOOL.encode(), LONG.encode(), SURVEY.encode()],
    ),
    "text": (read_text_table, [SURVEY.encode(), SURVEY.encode("cp1250"), SURVEY.encode("utf-16"), SCORES.encode()]),
    "survey": (lambda data: read_survey(data, SURVEY_COLUMNS), [SURVEY.replace("11", "").encode()]),
    "events as text": (
        lambda data: read_events(data, LOG_MAP),
        [
            LOG.encode(),
            LOG.encode("cp1250"),
            LOG.encode("utf-16"),
            PLAIN.encode(),
            gzip.compress(PLAIN.encode(), mtime=0),
        ],
    ),
    "events in columns of spaces": (
        lambda data: read_events(data, {name: LOG_MAP[name] for name in ("id", "what", "when")}),
        [SPACES.encode()],
    ),
    "events as XES": (
        lambda data: read_events(data, XES_MAP),
        [XES.encode(), gzip.compress(XES.encode(), mtime=0)],
    ),
    "events as Parquet": (lambda data: read_events(data, LOG_MAP), [parquet()]),
    "customers": (lambda data: read_customers(data, PEOPLE_MAP), [PEOPLE.encode(), PEOPLE.encode("utf-16")]),
    "scores": (lambda data: read_scores(data, JOURNEY), [SCORES.encode(), SCORES.encode("utf-8-sig")]),
    "quotes": (
        lambda data: read_quotes(data, JOURNEY),
        [
            "touchpoint;text;source\nfood;Głośno;klient 3\nFood;=zimne;\n".encode(),
            b"Touchpoint,Quote,Rests on\nfood,cold,measured\n",
        ],
    ),
    "columns": (read_columns, [COLUMNS.encode()]),
    "journey": (read_journey, [JOURNEY.to_json().encode()]),
    "mermaid": (
        lambda data: read_mermaid(data, JOURNEY),
        [DIAGRAM.encode(), f"# Page\n```mermaid\n{DIAGRAM}```\n".encode()],
    ),
}


def in_a_hurry(data: bytes) -> object:
    """The control: what most scripts do with a survey."""
    import io

    table = pd.read_csv(io.BytesIO(data), sep=";")
    return table["nps"].astype(float).mean()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with one to three small damages: bytes changed, cut, doubled, moved or put in."""
    for _ in range(chance.randint(1, 3)):
        a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        b = min(b, a + chance.choice([1, 4, 40, 400]))
        damage = chance.randrange(6)
        if damage == 0:
            data = data[:a] + bytes(chance.randrange(256) for _ in range(b - a)) + data[b:]
        elif damage == 1:
            data = data[:a] + data[b:]
        elif damage == 2:
            data = data[:b] + data[a:b] * chance.choice([1, 2, 30]) + data[b:]
        elif damage == 3:
            data = data[:a] + chance.choice(ROUGH) + data[a:]
        elif damage == 4:
            data = data[a:b] + data[:a] + data[b:]
        elif chance.random() < 0.2:
            data = data[:a]
    return data


ODD: list[Any] = [None, True, -1, 0.5, "", "x", "1e999", [], [[1]], {}, {"a": 1}, 10**400, 1e308, "\ud800", ["x"] * 99]


def altered(data: bytes, chance: random.Random) -> bytes:
    """A JSON file with one to three of its values, at any depth, made odd, doubled or taken out; still JSON."""
    whole = json.loads(data)
    for _ in range(chance.randint(1, 3)):
        part = whole
        while True:
            places = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not places:
                break
            at = chance.choice(places)
            if isinstance(part[at], dict | list) and part[at] and chance.random() < 0.8:
                part = part[at]
                continue
            if chance.random() < 0.2:
                del part[at]
            elif isinstance(part, list) and chance.random() < 0.3:
                part.append(copy.deepcopy(part[at]))
            else:
                part[at] = copy.deepcopy(chance.choice(ODD))
            break
    return json.dumps(whole).encode()


def fuzz(reader: Reader, files: list[bytes], n: int, seed: int, damage: Damage = mutated) -> dict[str, Any]:
    """How `n` damaged files fared: read, refused with a CJMError, or escaped with anything else."""
    chance = random.Random(seed)
    read = refused = 0
    slowest = 0.0
    escaped: list[str] = []
    for _ in range(n):
        data = damage(chance.choice(files), chance)
        began = time.perf_counter()
        try:
            reader(data)
            read += 1
        except CJMError as error:
            refused += len(str(error)) > 0
        except Exception as error:
            escaped.append(f"{type(error).__name__}: {error} from {data[:200]!r}")
        slowest = max(slowest, time.perf_counter() - began)
    return {"n": n, "read": read, "refused": refused, "escaped": len(escaped), "slowest_s": round(slowest, 3),
            "first_escaped": escaped[:1]}  # fmt: skip


LARGE: dict[str, tuple[bytes, Callable[[int], bytes]]] = {  # heading, and the n-th piece after it
    "many short rows": (b"a,b\n", lambda n: b"1,2\n" * 1000),
    "one narrow column": (b"a\n", lambda n: b"1\n" * 1000),
    "all cells different": (b"a,b\n", lambda n: b"%d,%x\n" % (n, n)),
    "only delimiters": (b"a,b\n", lambda n: b"," * 1000),
    "wide": (b",".join(b"c%d" % i for i in range(999)) + b"\n", lambda n: b"1," * 998 + b"2\n"),
    "one open quote": (b'a,b\n1,"', lambda n: b"x" * 1000),
    "letters of four bytes": (b"a,b\n", lambda n: "😀,中\n".encode() * 1000),
    "one long line": (b"", lambda n: b"a" * 1000),
    "empty rows": (b"a,b\n", lambda n: b",\n" * 1000),
    "short rows": (b"a,b\n", lambda n: b"1\n" * 1000),
}


def large(name: str, size: int) -> dict[str, Any]:
    """Seconds and peak memory of reading one large file."""
    head, piece = LARGE[name]
    file = bytearray(head)
    n = 0
    while len(file) + 10_000 < size:
        file += piece(n)
        n += 1
    data = bytes(file)
    del file
    began = time.perf_counter()
    try:
        rows: object = len(read_text_table(data)[0])
    except CJMError as error:
        rows = str(error)[:200]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"slowest_s": round(time.perf_counter() - began, 1), "peak_mb": round(peak), "answer": rows}


def main(n: int = N, seed: int = 20261121, size: int = 50 * 2**20) -> dict[str, Any]:
    """All readers on `n` damaged files each, large files of `size` bytes, and the control that must escape."""
    readers = {name: fuzz(reader, files, n, seed) for name, (reader, files) in READERS.items()}
    readers["journey, still JSON"] = fuzz(*READERS["journey"], n, seed, altered)
    control = fuzz(in_a_hurry, READERS["survey"][1], n, seed)
    sizes: dict[str, dict[str, Any]] = {}
    for name in LARGE:
        for share in (1, 1.8, 3.6, 5.4):  # refused for its size, and near to the largest that is read
            command = [sys.executable, __file__, name, str(int(size / share))]
            done = subprocess.run(command, capture_output=True, check=True)
            sizes[f"{name}, {size / share / 2**20:.0f} MB"] = json.loads(done.stdout)
    result = {"readers": readers, "control": control, "large": sizes}
    result |= {"slowest_s": max(r["slowest_s"] for r in [*readers.values(), *sizes.values()])}
    result |= {"peak_mb": max(r["peak_mb"] for r in sizes.values())}
    assert not any(r["escaped"] for r in readers.values()), result
    assert result["slowest_s"] <= 10, result
    assert result["peak_mb"] <= 512, result
    assert control["escaped"] > 0, result
    return result


if __name__ == "__main__":
    print(json.dumps(large(sys.argv[1], int(sys.argv[2]))))
