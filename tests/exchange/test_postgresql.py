"""A real PostgreSQL is asked one question; what would write is refused by the server too."""

import os
import pwd
import shutil
import subprocess
from glob import glob
from pathlib import Path
from tempfile import mkdtemp

import pytest

from cjmkit.errors import InputError
from cjmkit.exchange import databases
from cjmkit.exchange.databases import read_query

PASSWORD = "s3cret-word"


def program(name: str) -> str | None:
    """A program of the server; where both are there, the wrapper in PATH stands behind the server's own folder."""
    return next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), shutil.which(name))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A cluster of its own in a folder of its own, on a socket in it, ended with the tests."""
    initdb, postgres = program("initdb"), program("pg_ctl")
    if not initdb or not postgres:
        if os.environ.get("CJMKIT_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is not installed, and CJMKIT_REQUIRE_POSTGRES asks for it")
        pytest.skip("PostgreSQL (initdb, pg_ctl) is not installed on this machine")
    home = Path(mkdtemp(prefix="pg-"))  # a socket's path must be short, and another user must reach it
    user: dict[str, object] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        entry = pwd.getpwnam("postgres")
        user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        os.chown(home, entry.pw_uid, entry.pw_gid)
    (home / "word").write_text(PASSWORD)
    os.chmod(home / "word", 0o644)

    def run(*words: str) -> None:
        done = subprocess.run(words, cwd=home, capture_output=True, text=True, **user)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run(initdb, "-D", f"{home}/data", "-U", "crm", "--pwfile", f"{home}/word", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "-N")  # fmt: skip
        run(postgres, "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o", f"-c listen_addresses='' -c fsync=off -k {home}", "start")  # fmt: skip
        yield home
    finally:
        subprocess.run([postgres, "-D", f"{home}/data", "-m", "immediate", "stop"], capture_output=True, **user)
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def url(server):
    import psycopg

    with psycopg.connect(host=str(server), user="crm", password=PASSWORD, dbname="postgres") as connection:
        connection.execute("CREATE SEQUENCE numbers")
        connection.execute("SELECT nextval('numbers')")  # the control: where writing is allowed, this query writes
        connection.execute(
            "CREATE TABLE visits AS SELECT lpad(n::text, 6, '0') AS who, 'page ' || n % 7 AS what, "
            "timestamptz '2026-01-01 00:00+00' + n * interval '1 minute' AS at, n * 1.10::numeric AS paid, "
            "CASE WHEN n % 10 = 0 THEN NULL ELSE n % 2 = 0 END AS member FROM generate_series(1, 12000) AS n"
        )
    return f"postgresql://crm:{PASSWORD}@/postgres?host={server}"


def test_the_answer_comes_row_by_row_with_its_types_as_text(url, tmp_path):
    done = read_query(url, "SELECT * FROM visits WHERE what LIKE 'page%' ORDER BY who", tmp_path / "a.csv")
    assert done.rows == 12_000
    lines = (tmp_path / "a.csv").read_text("utf-8").splitlines()
    assert lines[:2] == ["who,what,at,paid,member", "000001,page 1,2026-01-01 00:01:00+00:00,1.10,false"]
    assert lines[10] == "000010,page 3,2026-01-01 00:10:00+00:00,11.00,"
    assert [(w.place, w.values["n"]) for w in done.warnings] == [("member", 1_200)]


def test_the_server_itself_refuses_whatever_would_write(url, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "refuse_what_writes", lambda query: None)
    writing = [
        "DELETE FROM visits", "CREATE TABLE x (a int)", "SELECT * INTO x FROM visits",
        "WITH gone AS (DELETE FROM visits RETURNING *) SELECT * FROM gone", "SELECT 1; COMMIT; DROP TABLE visits",
    ]  # fmt: skip
    for query in writing:
        with pytest.raises(InputError, match="refused"):
            read_query(url, query, tmp_path / "a.csv")
    with pytest.raises(InputError, match=r"cannot execute nextval.* in a read-only transaction"):
        read_query(url, "SELECT nextval('numbers')", tmp_path / "a.csv")
    monkeypatch.undo()
    assert read_query(url, "SELECT count(*) AS n FROM visits", tmp_path / "a.csv").rows == 1
    assert (tmp_path / "a.csv").read_text() == "n\n12000\n"


def test_a_wrong_password_and_a_wrong_name_say_so_and_show_no_password(url, tmp_path):
    for address, query, said in (
        (url.replace(PASSWORD, "other-word"), "SELECT 1", "password authentication failed"),
        (url, "SELECT * FROM nowhere", 'relation "nowhere" does not exist'),
    ):
        with pytest.raises(InputError, match=said) as error:
            read_query(address, query, tmp_path / "a.csv")
        assert not {PASSWORD, "other-word"} & set(str(error.value).replace("'", " ").split())
        assert PASSWORD not in repr(error.value.values)
