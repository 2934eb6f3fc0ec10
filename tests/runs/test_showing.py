"""What a notebook shows of a client's evidence follows the files that come in and go, and survives one that cannot be read."""

import pytest

import cjmkit as cjm
from cjmkit.errors import CJMError
from cjmkit.exchange.columns import parse_map
from cjmkit.runs import showing
from cjmkit.runs.importing import import_customers, import_events
from cjmkit.runs.opening import report_of
from cjmkit.workshop import open_workshop

LOG = parse_map(["id=customer", "what=event", "when=at"], "events")
PEOPLE = parse_map(["id=customer", "Channel=segment"], "customers")


class Handle:
    def __init__(self, made):
        self.made = [made]

    def update(self, made):
        self.made.append(made)


@pytest.fixture
def shown(monkeypatch):
    """What was displayed, each with what it became."""
    handles = []

    def display(made, display_id):
        handles.append(Handle(made))
        return handles[-1]

    monkeypatch.setattr(showing, "display", display)
    return handles


@pytest.fixture
def workshop(workshops):
    return open_workshop("fridge")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "visits.csv").write_text(
        "id;what;when\n" + "".join(f"c{n};page/home;2026-01-0{n}\n" for n in range(1, 8))
    )
    (tmp_path / "people.csv").write_text("id;Channel\n" + "".join(f"c{n};{'ab'[n % 2]}\n" for n in range(1, 8)))
    return tmp_path


def test_what_is_shown_follows_a_file_that_comes_in_and_the_map_where_it_is_asked_for(workshop, shown, files):
    evidence = cjm.open_evidence(workshop)
    evidence.show(lambda report: report.events is not None)
    evidence.show(lambda report: report.journey.touchpoints[0].name, of="map")
    import_events(workshop, files / "visits.csv", LOG)
    assert shown[0].made == [False, True]
    first, *rest = workshop.journey.to_data()["touchpoints"]
    workshop.save(touchpoints=[{**first, "name": "Another name"}, *rest])
    assert shown[0].made == [False, True]  # of the files only
    assert shown[1].made[-1] == "Another name"


def test_a_cell_that_is_run_again_takes_its_own_place(workshop, shown, files):
    evidence = cjm.open_evidence(workshop)
    for _ in range(2):
        evidence.show(lambda report: report.events is not None)
    import_events(workshop, files / "visits.csv", LOG)
    assert [handle.made for handle in shown] == [[False], [False, True]]


def test_a_table_of_customers_with_a_column_called_as_the_log_s_opens_beside_it(workshop, files):
    import_events(workshop, files / "visits.csv", LOG)
    import_customers(workshop, files / "people.csv", PEOPLE)
    assert dict(report_of(workshop).event_segments) == {"Channel 2": "Channel"}


def test_one_file_that_cannot_be_read_is_told_with_the_way_out_and_the_rest_is_shown(workshop, shown, files):
    import_events(workshop, files / "visits.csv", LOG)
    import_customers(workshop, files / "people.csv", PEOPLE)
    (workshop.folder / "evidence/people.csv").write_text("id\nc1\n")
    with pytest.raises(CJMError):
        report_of(workshop)
    evidence = cjm.open_evidence(workshop)
    evidence.show(cjm.against_the_log)
    assert [*evidence.broken] == ["customers-people"]
    assert evidence.report.events is not None
    html = shown[0].made[0]._repr_mimebundle_()["text/html"]
    assert "Pliku evidence/people.csv nie da się odczytać i tu go pominięto" in html
    assert "Wczytane pliki" in html
    workshop.save(sources=[s for s in workshop.journey.to_data()["sources"] if s["id"] != "customers-people"])
    assert "nie da się odczytać" not in shown[0].made[-1]._repr_mimebundle_()["text/html"]


def test_the_terminal_takes_a_file_out_again(cjmkit, workshop, files):
    import_events(workshop, files / "visits.csv", LOG)
    code, out, err = cjmkit("import", "fridge", "events", "visits.csv", "--take-out")
    assert code == 0, err
    assert "evidence/visits.csv is out." in out
    assert all(s.kind != "events" for s in open_workshop("fridge").journey.sources)
    assert cjmkit("import", "fridge", "events", "visits.csv", "--take-out")[0] != 0
