"""The review: when customers test the map, how old it is, what became of the plan."""

from datetime import date

import pytest
from conftest import ROOT, small_journey

from cjmkit.forms.follow_up import FollowUpScreen, follow_up_actions
from cjmkit.forms.review import ReviewScreen, review_journey
from cjmkit.journey import Journey
from cjmkit.tables import empty_scores, scores_from_csv

TODAY = date(2027, 3, 1)


class Disk:
    def __init__(self, journey):
        self.journey = journey

    def save(self, **parts):
        self.journey = self.journey.changed(**parts)
        return self.journey


def review(journey=None, scores=None, kind=review_journey, today=TODAY, **parts):
    disk = Disk(journey or small_journey(**parts))
    given = {"follow": None} if kind is not review_journey else {}
    scores = empty_scores() if scores is None else scores
    return kind(disk.journey, disk.save, scores=scores, today=lambda: today, **given), disk


def fridge():
    folder = ROOT / "workshops" / "fridge"
    journey = Journey.from_json((folder / "journey.json").read_text("utf-8"))
    return journey, scores_from_csv((folder / "scores.csv").read_text("utf-8"))


def test_a_test_with_customers_takes_one_line():
    screen, disk = review()
    assert "no test with customers is planned" in screen.bar.text
    screen.line.enter(on="2027-04-01", how="survey", note="Ewa, forty people")
    found = disk.journey.reviews[0]
    assert (found.on, found.how, found.note) == (date(2027, 4, 1), "survey", "Ewa, forty people")
    assert "Ewa, forty people" in screen.picture.value
    assert "no test" not in screen.bar.text


def test_a_test_without_its_day_is_told():
    screen, disk = review()
    screen.line.enter(on="", how="survey", note="x")
    assert screen.line.note == "Choose the day of the test."
    assert disk.journey.reviews == ()


def test_a_test_that_is_over_asks_what_was_learnt_and_what_changed_outside():
    screen, disk = review(reviews=[{"on": "2027-02-01", "how": "phone calls"}])
    assert "is over: what did you learn?" in screen.picture.value
    screen.picture.choose("0")
    assert screen.details.selected_index == 0
    assert screen.tests.fields[1].value() == "phone calls"
    screen.tests.fields[3].control.value = "a new competitor"
    assert disk.journey.reviews[0].changed_outside == "a new competitor"
    assert disk.journey.reviews[0].how == "phone calls"


def warns_of_age(screen):
    return "More than half a year" in screen.picture.value


@pytest.mark.parametrize(("as_of", "warned"), [("2027-02-01", False), ("2026-08-30", False), ("2026-08-29", True)])
def test_a_map_older_than_half_a_year_is_warned_of(as_of, warned):
    assert warns_of_age(review(as_of=as_of)[0]) is warned


def test_a_screen_that_counts_from_the_maps_own_day_would_be_caught():
    class Careless(ReviewScreen):
        def _age(self):
            self.today = lambda: self.journey.as_of
            return super()._age()

    assert not warns_of_age(review(kind=Careless, as_of="2020-01-01")[0])


def test_the_map_is_dated_anew_with_one_click():
    screen, disk = review(as_of="2026-01-01")
    screen.renew.click()
    assert disk.journey.as_of == TODAY
    assert "0 days old" in screen.picture.value
    assert "bears no date" in review(as_of=None)[0].picture.value


def test_what_to_ask_customers_first_is_a_team_estimate_and_says_why():
    screen, _ = review(*fridge())
    shown = screen.picture.value
    assert shown.index("Miesiąc czekania na lodówkę") < shown.index("Druga wizyta")
    assert "szacunek zespołu" in shown
    assert "cisza czy długość" in shown


def followed(journey=None, kind=follow_up_actions, **parts):
    disk = Disk(journey or small_journey(**parts))
    given = {"follow": None} if kind is not follow_up_actions else {}
    return kind(disk.journey, disk.save, today=lambda: TODAY, **given), disk


ACTIONS = [
    {"id": "sms", "title": "Weekly <SMS>", "owner": "Delivery", "due": "2027-02-15", "status": "doing", "kpi": "days"},
    {"id": "stock", "title": "Stock on the web", "due": "2027-06-01", "status": "agreed"},
    {"id": "old", "title": "Leaflets", "status": "dropped"},
]
STAGES = [
    {"id": "before", "name": "Before", "kpis": [{"id": "days", "name": "Days without news", "unit": "days",
     "baseline": 30, "target": 7, "better": "lower"}]},
    {"id": "use", "name": "Use", "phase": "after"},
]  # fmt: skip


def says_overdue(screen):
    return screen.picture.value.count("overdue</b>") == 1 and "1 action is overdue" in screen.bar.text


def test_an_overdue_action_is_said_until_it_is_done():
    screen, disk = followed(stages=STAGES, actions=ACTIONS)
    assert says_overdue(screen)
    screen.of_action["sms"][1].control.value = "done"
    assert disk.journey.actions[0].status == "done"
    assert not says_overdue(screen)
    assert "1 of 3 done" in screen.picture.value
    screen.draft.undo()
    assert says_overdue(screen)


def test_a_screen_that_looks_at_the_status_alone_would_be_caught():
    class Careless(FollowUpScreen):
        def missing(self):
            return ""

    assert not says_overdue(followed(kind=Careless, stages=STAGES, actions=ACTIONS)[0])


def test_a_figure_of_today_shows_how_far_the_kpi_has_come():
    screen, disk = followed(stages=STAGES, actions=ACTIONS)
    assert "not measured again" in screen.picture.value
    screen.of_kpi["days"].control.value = "18,5"
    kpi = disk.journey.kpi("days")
    assert (kpi.actual, kpi.as_of) == (18.5, TODAY)
    assert "50% of the way" in screen.picture.value
    screen.of_kpi["days"].control.value = "34"
    assert "the wrong way" in screen.picture.value


def test_a_figure_that_is_none_is_told_by_its_field_and_stays_as_typed():
    screen, disk = followed(stages=STAGES, actions=ACTIONS)
    screen.of_kpi["days"].control.value = "about ten"
    assert "not “about ten”" in screen.of_kpi["days"].fault.value
    assert screen.of_kpi["days"].control.value == "about ten"
    assert disk.journey.kpi("days").actual is None


def test_a_date_can_be_moved_and_words_are_shown_as_words():
    screen, disk = followed(stages=STAGES, actions=ACTIONS)
    screen.of_action["sms"][2].control.value = date(2027, 3, 15)
    assert disk.journey.actions[0].due == date(2027, 3, 15)
    assert "<SMS>" not in screen.picture.value + screen.of_action["sms"][0].value


def test_actions_and_kpis_that_others_add_get_their_lines():
    screen, disk = followed()
    assert "no action and no KPI yet" in screen.picture.value
    screen.draft.follow(disk.journey.changed(stages=STAGES, actions=ACTIONS), None)
    assert [*screen.of_action] == ["sms", "stock", "old"]
    assert [*screen.of_kpi] == ["days"]
    assert len(screen.actions.children) == 3


def test_the_fridge_speaks_polish():
    screen, _ = followed(fridge()[0])
    assert "Wizyta → zamówienie" in screen.picture.value
    assert "nie zmierzono ponownie" in screen.picture.value
