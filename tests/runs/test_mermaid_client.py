"""A Mermaid diagram and a client's folder: begun from one, added to by one, written as one."""

import json

from cjmkit.exchange.mermaid_syntax import read_diagram
from cjmkit.workshop import open_workshop

DIAGRAM = "journey\n title Go shopping\n section Get there\n  Find keys: 5: Dad\n  Pay; 2\n"


def test_a_client_begins_from_a_diagram_and_keeps_it(cjmkit, workshops, tmp_path):
    file = tmp_path / "day.mmd"
    file.write_text(DIAGRAM.replace("; 2", ": 2: Mum"))
    code, out, err = cjmkit("new", "acme", "--from", file, "--language", "pl")
    assert (code, "acme" in out, "name nobody who gave them" in err) == (0, True, True)
    acme = open_workshop("acme", workshops)
    assert (acme.journey.client, acme.journey.language, acme.journey.title) == ("acme", "pl", "Go shopping")
    assert [t.name for t in acme.journey.touchpoints] == ["Find keys", "Pay"]
    assert (len(acme.scores), (acme.folder / "evidence/day.mmd").read_bytes()) == (0, file.read_bytes())


def test_a_diagram_that_mermaid_refuses_begins_nothing(cjmkit, workshops, tmp_path):
    (tmp_path / "day.mmd").write_text(DIAGRAM)
    code, _, err = cjmkit("new", "acme", "--from", tmp_path / "day.mmd")
    assert (code, "day.mmd, line 5: Mermaid does not read this" in err) == (1, True)
    assert not (workshops / "acme").exists()


def test_a_diagram_adds_to_a_client_whose_scores_stay(cjmkit, workshops, tmp_path):
    file = tmp_path / "more.mmd"
    assert cjmkit("export", "fridge", "mermaid", "-o", file)[0] == 0
    before = open_workshop("fridge", workshops)
    file.write_text(file.read_text("utf-8") + "        Polecony instalator: 3: Anna\n", "utf-8")
    code, out, err = cjmkit("import", "fridge", "journey", file)
    assert (code, out) == (0, "1 touchpoint of more.mmd is in. New touchpoints: polecony-instalator.\n")
    assert "what the journey had already stays as it is" in err
    after = open_workshop("fridge", workshops)
    assert after.journey.touchpoints[:-1] == before.journey.touchpoints
    assert (after.journey.actions, after.journey.paths) == (before.journey.actions, before.journey.paths)
    assert after.scores.equals(before.scores)
    assert list((workshops / "fridge/versions").iterdir())


def test_an_export_says_what_the_diagram_does_not_hold(cjmkit, workshops):
    code, out, err = cjmkit("export", "fridge", "mermaid")
    place = workshops / "fridge/out/journey.mmd"
    assert (code, out.strip()) == (0, str(place))
    assert "note: Mermaid: of a touchpoint only name, stage, personas and score are carried" in err
    tasks = read_diagram(place.read_text("utf-8")).tasks
    journey = json.loads((workshops / "fridge/journey.json").read_text("utf-8"))
    assert len(tasks) == len(journey["touchpoints"])
    scores = open_workshop("fridge", workshops).scores
    people = set(scores.participant) - {""}
    assert people
    assert not [who for who in people if who in place.read_text("utf-8")]
