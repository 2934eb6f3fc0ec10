"""A database is asked one question, only read, and its password stands nowhere."""

import sqlite3

import pytest

from cjmkit.errors import CJMError, InputError, NotFoundError, UsageError
from cjmkit.exchange import databases
from cjmkit.exchange.databases import read_query, refuse_what_writes

WRITING = [
    "", " ; ", "-- nothing", "DELETE FROM visits", "PRAGMA writable_schema = 1", "ATTACH 'x.db' AS x", "VACUUM INTO 'x.db'",
    "SELECT 1; DROP TABLE visits", "SELECT 1 /* ; */ ; DELETE FROM visits", "SELECT 'a'';' ; DELETE FROM visits",
    "WITH gone AS (DELETE FROM visits RETURNING *) SELECT * FROM gone", "SELECT * INTO copy FROM visits",
    "COPY visits TO PROGRAM 'sh'", "EXPLAIN ANALYZE DELETE FROM visits", "SELECT $$;$$; COMMIT", "BEGIN", "SELECT 1 /*! INTO OUTFILE 'x' */", "SELECT 1\0",
]  # fmt: skip


@pytest.fixture
def crm(tmp_path):
    place = tmp_path / "crm.db"
    with sqlite3.connect(place) as base:
        base.execute("CREATE TABLE visits (who TEXT, what TEXT, at TEXT, paid REAL)")
        rows = [("007", "page;home", "2026-01-01 10:00", 2.5), ("None", '=1+1"', "2026-01-02", None)]
        base.executemany("INSERT INTO visits VALUES (?, ?, ?, ?)", rows)
    base.close()
    return place


def test_the_answer_is_a_table_of_texts_and_what_was_null_is_told(crm, tmp_path):
    done = read_query(
        f"sqlite:///{crm}", "SELECT * FROM visits WHERE at LIKE '2026%' ORDER BY who;", tmp_path / "a.csv"
    )
    text = (tmp_path / "a.csv").read_text("utf-8")
    assert text == 'who,what,at,paid\n007,page;home,2026-01-01 10:00,2.5\nNone,"=1+1""",2026-01-02,\n'
    assert (done.rows, done.columns) == (2, ("who", "what", "at", "paid"))
    assert [(w.place, w.values["n"]) for w in done.warnings] == [("paid", 1)]


@pytest.mark.parametrize("query", WRITING)
def test_what_is_not_a_single_select_is_refused_before_anything_is_asked(query, tmp_path):
    with pytest.raises(UsageError) as refused:
        read_query(f"sqlite:///{tmp_path / 'none.db'}", query, tmp_path / "a.csv")
    assert str(refused.value).startswith("The query ")


@pytest.mark.parametrize(
    "query",
    ["select 1", "(SELECT 1)", "WITH a AS (SELECT 1) SELECT * FROM a", "SELECT 'delete; from'", 'SELECT "update" FROM t',
     "SELECT last_update, into_account FROM t -- ; DROP", "SELECT $a$ ; $a$;"],
)  # fmt: skip
def test_a_select_passes_whatever_stands_in_its_texts_names_and_comments(query):
    refuse_what_writes(query)


def test_even_a_statement_that_slipped_through_changes_nothing(crm, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "refuse_what_writes", lambda query: None)
    for query in ("DELETE FROM visits", "DROP TABLE visits", "CREATE TABLE x (a)"):
        with pytest.raises(InputError, match=r"readonly|read.only"):
            read_query(f"sqlite:///{crm}", query, tmp_path / "a.csv")
    assert sqlite3.connect(crm).execute("SELECT count(*) FROM visits").fetchone() == (2,)


@pytest.mark.parametrize(
    ("url", "query", "kind", "said"),
    [
        ("sqlite:///none.db", "SELECT 1", NotFoundError, "There is no file none.db."),
        ("nonsense", "SELECT 1", UsageError, "no address of a database"),
        ("nothing://u:s3cret@h/d", "SELECT 1", UsageError, "no address of a database"),
        ("mysql+pymysql://u:s3cret@127.0.0.1/d", "SELECT 1", UsageError, "package pymysql"),
        ("postgresql://u:s3cret@127.0.0.1:1/d", "SELECT 1", InputError, "postgresql://127.0.0.1/d refused"),
        ("sqlite:///{crm}", "SELECT nix FROM visits", InputError, "crm.db refused: no such column: nix."),
        ("sqlite:///{crm}", "SELECT who, who FROM visits", InputError, "stand twice: who"),
        ("sqlite:///{crm}", "SELECT * FROM visits WHERE 0", InputError, "no row"),
    ],
)
def test_a_database_that_cannot_be_asked_is_one_sentence_without_the_password(crm, tmp_path, url, query, kind, said):
    with pytest.raises(CJMError) as error:
        read_query(url.format(crm=crm), query, tmp_path / "a.csv")
    assert type(error.value) is kind
    assert said in str(error.value)
    assert "s3cret" not in str(error.value) + repr(error.value.values)
