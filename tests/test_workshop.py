"""A client's folder: found, opened, begun, copied; and never a file outside of it."""

import json
import os
import random
import shutil
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from conftest import ROOT, small_journey

from cjmkit import workshop as rooms
from cjmkit.errors import InputError, NotFoundError, StorageError, UsageError
from cjmkit.journey import Journey
from cjmkit.tables import scores_frame, scores_to_csv
from cjmkit.workshop import Workshop, client_slug, clients, find_root, new_workshop, open_workshop, starters
from cjmkit.workshop.folders import inside

STARTER = {
    "name": {"en": "Short", "pl": "Krótki"},
    "about": {"en": "x", "pl": "x"},
    "turning_point": {"en": "contract", "pl": "umowa"},
    "stages": [
        {"id": "before", "phase": "before", "name": {"en": "Before", "pl": "Przed"},
         "expectations": {"en": ["plain words"], "pl": ["prosty język"]}},
        {"id": "after", "phase": "after", "name": {"en": "After", "pl": "Po"}},
    ],
    "touchpoints": [{"id": "call", "stage": "before", "name": {"en": "A call", "pl": "Rozmowa"}, "kind": "contact"}],
    "channels": {"en": ["phone"], "pl": ["telefon"]},
    "scale": {"low": 1, "high": 5, "labels": {"1": {"en": "bad", "pl": "źle"}}, "question": {"en": "?", "pl": "Jak?"}},
}  # fmt: skip


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A folder of clients with one in it, beside a kit with one starter and one sample."""
    kit = tmp_path / "kit"
    (kit / "templates" / "starters").mkdir(parents=True)
    (kit / "templates" / "starters" / "short.json").write_text(json.dumps(STARTER), "utf-8")
    client(kit / "workshops" / "fridge").joinpath(".sample").touch()
    for module in ("folders", "starting"):
        monkeypatch.setattr(f"cjmkit.workshop.{module}.kit_folder", lambda: kit)
    monkeypatch.delenv("CJMKIT_WORKSHOPS", raising=False)
    monkeypatch.delenv("CJMKIT_CLIENT", raising=False)
    client(tmp_path / "here" / "workshops" / "acme")
    return tmp_path / "here" / "workshops"


def client(folder):
    folder.mkdir(parents=True)
    (folder / "journey.json").write_text(small_journey(revision=4).to_json(), "utf-8")
    rows = [{"round": 1, "participant": p, "touchpoint": t, "score": 3} for p in "pq" for t in "ab"]
    (folder / "scores.csv").write_text(scores_to_csv(scores_frame(rows)), "utf-8")
    return folder


def by_hand(monkeypatch):
    """From here on as if nobody tested: the client opened last counts."""
    for name in ("PYTEST_CURRENT_TEST", "PYTEST_VERSION", "CJMKIT_NO_LAST"):
        monkeypatch.delenv(name, raising=False)


# Where clients are


def test_the_root_is_the_argument_then_the_variable_then_the_nearest_parent_then_the_kit(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_root() == tmp_path / "kit" / "workshops"
    (root.parent / "notebooks" / "pl").mkdir(parents=True)
    monkeypatch.chdir(root.parent / "notebooks" / "pl")
    assert find_root() == root
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(tmp_path / "named"))
    assert find_root() == tmp_path / "named"
    assert find_root(tmp_path / "given") == tmp_path / "given"


def test_the_kit_folder_is_the_checkout_or_the_part_of_an_installed_package():
    assert rooms.kit_folder() == ROOT


def test_clients_are_the_folders_with_a_journey(root):
    client(root / "bolt")
    (root / "empty").mkdir()
    (root / ".hidden").mkdir()
    (root / ".hidden" / "journey.json").touch()
    assert clients(root) == ["acme", "bolt"]
    with pytest.raises(NotFoundError, match="There is no folder"):
        clients(root / "nowhere")


# Opening


def test_the_client_is_the_argument_then_the_variable(root, monkeypatch):
    client(root / "bolt")
    monkeypatch.setenv("CJMKIT_CLIENT", "bolt")
    assert open_workshop(workshops=root).client == "bolt"
    assert open_workshop("acme", root).client == "acme"


def test_the_client_opened_last_is_opened_again(root, monkeypatch):
    by_hand(monkeypatch)
    client(root / "bolt")
    open_workshop("acme", root)
    open_workshop("bolt", root, remember=False)
    assert (root / ".last").read_text() == "acme\n"
    assert open_workshop(workshops=root).client == "acme"


@pytest.mark.parametrize("reason", ["CJMKIT_NO_LAST", "PYTEST_CURRENT_TEST"])
def test_the_client_opened_last_counts_neither_for_reports_nor_for_tests(root, monkeypatch, reason):
    by_hand(monkeypatch)
    open_workshop("acme", root)
    monkeypatch.setenv(reason, "1")
    with pytest.raises(
        UsageError, match=r"No client is open yet\. Choose one in the notebook 00_start.* There are: acme"
    ):
        open_workshop(workshops=root)


@pytest.mark.parametrize("content", [b"gone\n", b"\xff", b"../../etc", b""])
def test_a_last_client_that_is_not_there_is_no_error(root, monkeypatch, content):
    by_hand(monkeypatch)
    (root / ".last").write_bytes(content)
    with pytest.raises(UsageError):
        open_workshop(workshops=root)


def test_a_sample_is_remembered_too_so_that_the_next_notebook_opens_it(root, monkeypatch):
    by_hand(monkeypatch)
    samples = root.parents[1] / "kit" / "workshops"
    open_workshop("fridge", samples)
    assert open_workshop(workshops=samples).client == "fridge"


@pytest.mark.parametrize("words", [["snapshot", "acme"], ["check", "acme"], ["list"], ["run", "acme", "--only", "svg"]])
def test_a_command_changes_nothing_about_the_client_opened_last(root, monkeypatch, cjmkit, kept_warm, words):
    by_hand(monkeypatch)
    client(root / "bolt")
    monkeypatch.setenv("CJMKIT_WORKSHOPS", str(root))
    open_workshop("bolt", root)
    cjmkit(*words)
    assert open_workshop(workshops=root).client == "bolt"
    open_workshop("acme", root)  # what a notebook does
    assert open_workshop(workshops=root).client == "acme"


def test_the_samples_of_the_kit_are_listed_where_one_may_copy_them(root):
    assert clients(root) == ["acme"]
    assert clients(root, samples=True) == ["acme", "fridge"]


def test_the_clock_is_kept_apart_from_the_journey(root):
    one, other = open_workshop("acme", root), open_workshop("acme", root)
    one.clock.keep({"agenda": "120", "part": 3})
    assert other.clock.kept == {"agenda": "120", "part": 3}
    assert other.save(title="Saved without a conflict").revision == 5


def test_a_clock_that_cannot_be_read_is_none(root):
    workshop = open_workshop("acme", root)
    for content in ("", "[]", "{", "\x00"):
        (workshop.folder / "clock.json").write_text(content, "utf-8")
        assert workshop.clock.kept == {}


def test_a_sample_keeps_no_clock(root):
    sample = open_workshop("fridge", root.parents[1] / "kit" / "workshops")
    with pytest.raises(StorageError, match="is a sample"):
        sample.clock.keep({"part": 1})


def test_a_starter_tells_what_it_is_in_each_language(root):
    assert rooms.about_starters() == {"short": {"en": ("Short", "x"), "pl": ("Krótki", "x")}}


def test_a_client_that_is_not_there_is_named_with_the_nearest(root):
    with pytest.raises(NotFoundError, match=r"no client 'acmee'. Did you mean acme\? .* cjmkit new NAME"):
        open_workshop("acmee", root)
    with pytest.raises(NotFoundError, match="There are: acme"):
        open_workshop("zzz", root)


def test_a_client_is_opened_by_its_full_name_or_by_its_folder(root):
    made = new_workshop("AGD Nord", "short", workshops=root)
    assert open_workshop("AGD Nord", root).folder == made.folder
    assert open_workshop(made.client, root).folder == made.folder
    client(root / "Old Name")
    assert open_workshop("Old Name", root).client == "Old Name"


def test_opening_writes_nothing_into_a_sample(root):
    sample = root.parents[1] / "kit" / "workshops" / "fridge"
    before = sorted(p.name for p in sample.iterdir())
    Workshop(sample)
    assert sorted(p.name for p in sample.iterdir()) == before


def test_a_sample_is_not_saved_and_says_how_to_copy_it(root):
    sample = open_workshop("fridge", root.parents[1] / "kit" / "workshops")
    for attempt in (lambda: sample.save(title="x"), sample.merge, sample.keep_both, sample.snapshot):
        with pytest.raises(StorageError, match=r"fridge is a sample .* cjmkit new NAME --from fridge"):
            attempt()
    assert sample.unsaved == {"title": "x"}


def test_the_table_of_scores_is_a_copy(root):
    workshop = open_workshop("acme", root)
    table = workshop.scores
    table["score"] = 99.0
    assert workshop.scores["score"].max() == 3


def test_settings_are_what_report_toml_says(root):
    workshop = open_workshop("acme", root)
    assert workshop.settings == {}
    (workshop.folder / "report.toml").write_bytes(b"\xef\xbb\xbfteam_min = 3\r\n[brand]\r\n")
    assert workshop.settings == {"team_min": 3, "brand": {}}


@pytest.mark.parametrize(
    ("content", "line"), [(b"a = 1\nb =\n", 2), (b"a = 1\n\n[x", 3), (b"a = 1\na = 2\n", 2), (b'a = 1\nb = "\xff"', 2)]
)
def test_a_broken_report_toml_is_told_with_its_line(root, content, line):
    workshop = open_workshop("acme", root)
    (workshop.folder / "report.toml").write_bytes(content)
    with pytest.raises(InputError, match=rf"report\.toml of acme, line {line}, cannot be read"):
        _ = workshop.settings


def test_the_status_counts_what_is_filled_in(root):
    status = open_workshop("acme", root).status(datetime.now() + timedelta(days=3, hours=1))
    assert status.counts == {
        "personas": 1, "stages": 2, "touchpoints": 3, "actions": 0, "rounds": 1, "participants": 2
    }  # fmt: skip
    assert status.scored == pytest.approx(2 / 3)
    assert status.filled == ("personas", "stages", "touchpoints", "rounds", "participants")
    assert (status.revision, status.days, status.is_sample) == (4, 3, False)


def test_a_snapshot_is_a_dated_copy_and_a_second_one_does_not_replace_it(root):
    workshop = open_workshop("acme", root)
    now = datetime(2026, 11, 21, 14, 2, 11)
    first, second = workshop.snapshot(now), workshop.snapshot(now)
    assert first == root / "acme" / "versions" / "2026-11-21T14-02-11"
    assert second.name == "2026-11-21T14-02-11-2"
    for name in ("journey.json", "scores.csv"):
        assert (first / name).read_bytes() == (root / "acme" / name).read_bytes()


# Beginning


def test_a_new_client_begins_with_a_starter_in_its_language(root):
    journey = new_workshop("AGD Nord", "short", "pl", workshops=root).journey
    assert (journey.client, journey.language, journey.turning_point) == ("AGD Nord", "pl", "umowa")
    assert [stage.name for stage in journey.stages] == ["Przed", "Po"]
    assert [item.text for item in journey.stages[0].expectations] == ["prosty język"]
    assert journey.touchpoints[0].name == "Rozmowa"
    assert dict(journey.scale.labels) == {"1": "źle"}
    assert (journey.scale.question, journey.revision) == ("Jak?", 1)


def test_a_language_that_the_starter_does_not_speak_is_english(root):
    journey = new_workshop("x", "short", "ru", workshops=root).journey
    assert (journey.language, journey.stages[0].name) == ("en", "Before")


def test_a_starter_that_is_not_there_is_named_with_those_that_are(root):
    with pytest.raises(UsageError, match=r"no starter '\.\./short'\. There are: short"):
        new_workshop("x", "../short", workshops=root)
    assert clients(root) == ["acme"]


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("starter", starters())
def test_every_starter_of_the_kit_begins_a_journey(tmp_path, starter, language):
    journey = new_workshop("x", starter, language, workshops=tmp_path).journey
    assert journey.language == language
    assert len(journey.stages) >= 2
    assert all(stage.name for stage in journey.stages)


def test_a_client_that_is_there_is_not_begun_again(root):
    before = (root / "acme" / "journey.json").read_bytes()
    with pytest.raises(UsageError, match="a client 'acme' already"):
        new_workshop("acme", "short", workshops=root)
    assert (root / "acme" / "journey.json").read_bytes() == before


@pytest.mark.parametrize("name", ["", "  ", "\n"])
def test_a_new_client_needs_a_name(root, name):
    with pytest.raises(UsageError, match="needs a name"):
        new_workshop(name, "short", workshops=root)


def test_no_client_is_begun_inside_an_installed_package(tmp_path):
    (tmp_path / "_kit" / "workshops").mkdir(parents=True)
    with pytest.raises(UsageError, match="no place for clients"):
        new_workshop("x", workshops=tmp_path / "_kit" / "workshops")


def test_a_copy_has_the_work_and_leaves_behind_what_was_made_of_it(root):
    acme = root / "acme"
    (acme / "report.toml").write_text("team_min = 4\n")
    (acme / "translations.pl.json").write_text('{"texts": {}}')
    for name in ("evidence/2026/survey.csv", "out/report.html", "build/x", "versions/1/x", ".backup/1/x", "room.json"):
        (acme / name).parent.mkdir(parents=True, exist_ok=True)
        (acme / name).write_text(name)
    made = new_workshop("Bolt GmbH", source="acme", workshops=root)
    assert (made.journey.client, made.journey.revision) == ("Bolt GmbH", 1)
    assert made.journey.touchpoints == open_workshop("acme", root).journey.touchpoints
    assert made.settings == {"team_min": 4}
    there = sorted(str(p.relative_to(made.folder)) for p in made.folder.rglob("*") if p.is_file())
    assert [name for name in there if not name.endswith(".lock")] == [
        "evidence/2026/survey.csv", "journey.json", "report.toml", "scores.csv", "translations.pl.json"
    ]  # fmt: skip
    assert made.scores.equals(open_workshop("acme", root).scores)


def test_a_copy_of_a_sample_of_the_kit_can_be_saved(root):
    made = new_workshop("mine", source="fridge", workshops=root)
    assert made.journey.client == ""  # the name of its folder is not what a client reads on the title page
    assert made.save(title="Mine").revision == 2


def test_evidence_behind_a_link_that_leaves_is_not_copied(root, tmp_path):
    (tmp_path / "secret.csv").write_text("secret")
    (root / "acme" / "evidence").mkdir()
    (root / "acme" / "evidence" / "survey.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(UsageError, match="leads out of the folder"):
        new_workshop("bolt", source="acme", workshops=root)
    assert clients(root) == ["acme"]
    assert not [p for p in root.iterdir() if p.name.startswith(".")]


# Names


def test_a_plain_name_stays_and_any_other_becomes_letters_and_a_hash():
    assert client_slug("running-shoes") == "running-shoes"
    assert client_slug(" fridge ") == "fridge"
    assert client_slug("Łódź & Gdańsk").startswith("lodz-gdansk-")
    assert client_slug("冰箱").startswith("client-")
    assert len({client_slug(name) for name in ["AGD Nord", "agd nord", "AGD  Nord", "AGD_Nord"]}) == 4
    assert client_slug("Café") == client_slug("Cafe\u0301")


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "lpt9.txt", "aux."])
def test_names_that_windows_keeps_for_itself_get_a_hash(name):
    assert client_slug(name).rpartition("-")[0] in ("con", "nul", "com1", "lpt9-txt", "aux")


SEED = 20261121
PIECES = ["..", "../", "..\\", "/", "\\", "\0", "\n", "~", "C:", ":", "*", "?", "%2e%2e%2f", ".", " ", "-", "con", "nul",
          "．．／", "․․", "\u202e", "\u0301", "ﬁ", "ſ", "K", "\ud800", "é", "冰", "😀", "$HOME", "`id`", ";rm -rf", "workshops",
          "workshops-evil/", "acme", "/etc/passwd", "\\\\server\\share", "a" * 300, "journey.json", ".last", "&", "|", "'"]  # fmt: skip


def hostile_names(n):
    chance = random.Random(SEED)
    return ["", ".", "..", *("".join(chance.choices(PIECES, k=chance.randint(1, 6))) for _ in range(n - 3))]


def made_outside(tmp_path, folder_of):
    """What appears outside the folder of clients when a folder is made for each hostile name."""
    root = tmp_path / "a" / "b" / "workshops"
    root.mkdir(parents=True)
    (root.parent / "workshops-evil").mkdir()
    before = {p for p in tmp_path.rglob("*") if not p.is_relative_to(root)}
    for name in hostile_names(1000):
        try:
            folder = folder_of(root, name)
            if folder.resolve().is_relative_to(tmp_path):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "journey.json").touch()
        except (UsageError, OSError, ValueError):
            continue
    return {p for p in tmp_path.rglob("*") if not p.is_relative_to(root)} - before, root


def test_a_thousand_hostile_names_make_no_file_outside_the_folder(tmp_path):
    print("seed", SEED)
    outside, root = made_outside(tmp_path, lambda root, name: inside(root, client_slug(name)))
    assert outside == set()
    names = {unicodedata.normalize("NFC", name.strip()) for name in hostile_names(1000)}
    assert len(list(root.iterdir())) == len(names) > 800
    assert all(
        len(p.name) <= 64 and set(p.name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for p in root.iterdir()
    )


def test_the_same_check_catches_startswith(tmp_path):
    def by_startswith(root, name):
        path = Path(os.path.normpath(root / name))
        if not str(path).startswith(str(root)):
            raise UsageError("outside")
        return path

    assert made_outside(tmp_path, by_startswith)[0]


def test_hostile_names_begin_clients_that_are_found_again(root):
    before = {p for p in root.parents[1].rglob("*") if not p.is_relative_to(root)}
    for name in dict.fromkeys(n for n in hostile_names(40) if n.strip() and "\ud800" not in n):
        made = new_workshop(name, "short", workshops=root)
        assert made.folder.parent == root
        assert open_workshop(name, root).folder == made.folder
    assert {p for p in root.parents[1].rglob("*") if not p.is_relative_to(root)} == before


def test_a_client_behind_a_link_that_leaves_is_refused(root, tmp_path):
    client(tmp_path / "elsewhere")
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads out of the folder"):
        open_workshop("linked", root)
    (root / "loop").symlink_to(root / "loop")
    with pytest.raises((UsageError, NotFoundError)):
        open_workshop("loop", root)


@pytest.mark.parametrize("name", ["journey.json", "scores.csv", "report.toml"])
def test_a_file_behind_a_link_that_leaves_is_refused(root, tmp_path, name):
    (tmp_path / name).write_text("")
    (root / "acme" / name).unlink(missing_ok=True)
    (root / "acme" / name).symlink_to(tmp_path / name)
    with pytest.raises(UsageError, match="leads out of the folder"):
        _ = open_workshop("acme", root).settings


@pytest.mark.parametrize("name", [".backup", "versions"])
def test_copies_are_not_written_behind_a_link_that_leaves(root, tmp_path, name):
    workshop = open_workshop("acme", root)
    (tmp_path / "elsewhere").mkdir()
    (root / "acme" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="leads out of the folder"):
        workshop.save(title="x") if name == ".backup" else workshop.snapshot()
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_folder_that_went_away_is_one_plain_sentence(root):
    workshop = open_workshop("acme", root)
    shutil.rmtree(root / "acme")
    with pytest.raises(StorageError, match="acme is not saved"):
        workshop.save(title="x")
    assert workshop.unsaved == {"title": "x"}
    assert not (root / "acme" / "journey.json").exists()


def test_a_copied_folder_is_a_client_of_its_own(root):
    shutil.copytree(root / "acme", root / "bolt")
    open_workshop("bolt", root).save(title="Bolt")
    assert Journey.from_json((root / "acme" / "journey.json").read_text("utf-8")).title == "A small journey"
