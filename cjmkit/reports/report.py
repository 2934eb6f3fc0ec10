"""What a report is made from: one client's journey and tables, for one persona's path, in one language."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property, wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd

from cjmkit.charts.theme import SizeName
from cjmkit.journey import Journey, Path, Persona, Touchpoint
from cjmkit.language import Language, speak
from cjmkit.method.findings import customer_figures, customer_points, path_figures
from cjmkit.method.importance import OF, Derived, derived_importance
from cjmkit.method.known_groups import looked_in, respondents
from cjmkit.method.moments_of_truth import moments_of_truth
from cjmkit.method.priorities import action_rank
from cjmkit.method.reality import AgainstMap, against_map
from cjmkit.method.scores import final_scores, of_persona, team_means
from cjmkit.method.segments import Segments, segments
from cjmkit.method.stability import Stability, rank_stability
from cjmkit.method.surveys import ratings
from cjmkit.reports.brand import Brand

TEAM_MIN = 3
MANY = 100  # from so many answers a second digit means something
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def shared(figure: Callable[[Report], Answer]) -> cached_property[Answer]:
    """A figure computed once for all reports that differ in the size of their pictures alone."""
    return cached_property(wraps(figure)(lambda report: report.once(figure, report.alike)))


@dataclass(frozen=True, repr=False)
class Report:
    """A client's journey and tables and how they are to be shown; the figures are computed once, when first asked for.

    Args:
        journey: the map.
        scores: the `scores` table.
        language: the code of the language to write in; what the team typed stays as typed.
        answers: the `answers` table of a survey, or None.
        items: what each item of the survey asks, or None.
        codes: the codes of the survey's comments, or None; see `cjmkit.tables`.
        persona: an id; None is the goal's, else the first.
        path: an id; None is the persona's first path.
        as_of: the day on which the report stands; None is the journey's.
        target: the score to reach, for the action rank; None is the top of the scale.
        teams_equal: each team weighs the same.
        team_min: teams with fewer people are merged.
        brand: colours, logo and letters of the client or the consultancy.
        segments: the names of the survey's segments.
        events: the log of what customers did, on any engine, or None; see `cjmkit.method.events`.
        event_segments: the names of the log's segments, by column.
        customers: the `customers` table, or None.
        customer_columns: what its columns are called, by column.
        duplicates: how many rows of the log's files are equal to another in every cell.
        images: the personas' pictures, by what their `image` holds.
        typed: the journey as the team typed it, where `journey` is in another language; None where it is the same.
        translations: what the team typed in other languages, by language and text as typed.
        size: of the pictures, "page" for a screen or "paper", whose letters are larger beside their chart.
        known: what has been computed; a report made of this one with `dataclasses.replace` goes on with it.
    """

    journey: Journey
    scores: pd.DataFrame
    language: str = "en"
    answers: pd.DataFrame | None = None
    items: pd.DataFrame | None = None
    codes: pd.DataFrame | None = None
    persona: str | None = None
    path: str | None = None
    as_of: date | None = None
    target: float | None = None
    teams_equal: bool = False
    team_min: int = TEAM_MIN
    brand: Brand = field(default_factory=Brand)
    segments: Mapping[str, str] = field(default_factory=dict)
    events: Any = None
    event_segments: Mapping[str, str] = field(default_factory=dict)
    customers: pd.DataFrame | None = None
    customer_columns: Mapping[str, str] = field(default_factory=dict)
    duplicates: int = 0
    images: Mapping[str, bytes] = field(default_factory=dict)
    typed: Journey | None = None
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    size: SizeName = "page"
    known: dict[Any, Any] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return f"Report({self.journey.client!r}, persona={self.who.id!r}, language={self.language!r})"

    def once(self, figure: Callable[Asked, Answer], *given: Asked.args, **named: Asked.kwargs) -> Answer:
        """What a pure function answers, computed once for this report and all that are made of it."""
        key = (figure, *map(id, given), *sorted(named.items()))
        if key not in self.known:
            self.known[key] = figure(*given, **named), given  # kept, so that no other object gets its id
        answer: Answer = self.known[key][0]
        return answer

    @property
    def alike(self) -> Report:
        """The first report that was made of the same things, whatever the size of its pictures."""
        key = tuple(id(getattr(self, part.name)) for part in fields(self) if part.name not in ("size", "known"))
        first: Report = self.known.setdefault(key, self)
        return first

    @cached_property
    def say(self) -> Language:
        """The language of the report."""
        return speak(self.language)

    @property
    def accent(self) -> str | None:
        """The brand's colour, "#rrggbb", or None."""
        return self.brand.accent

    @property
    def title(self) -> str:
        """What the report is called: the journey's title, else the client's name."""
        return self.journey.title or self.journey.client or self.say("Customer journey")

    @cached_property
    def day(self) -> date | None:
        """The day on which the report stands."""
        return self.as_of or self.journey.as_of

    @cached_property
    def way(self) -> Path:
        """The path that the report follows."""
        return self.journey.path(self.persona, self.path)

    @cached_property
    def who(self) -> Persona:
        """The persona whose path it is."""
        return self.journey.persona(self.way.persona or self.persona)

    @cached_property
    def touchpoints(self) -> tuple[Touchpoint, ...]:
        """The touchpoints of the path, in its order."""
        return self.journey.along(self.way)

    @shared
    def team_points(self) -> pd.DataFrame:
        """The team's final scores of this persona."""
        return final_scores(of_persona(self.journey, self.scores, self.who.id))

    @shared
    def by_customers(self) -> bool:
        """True where the map's figures are customers' ratings, because no team has scored."""
        return self.team_points.empty and self.answers is not None

    @shared
    def points(self) -> pd.DataFrame:
        """The single scores or ratings behind the figures."""
        if self.by_customers and self.answers is not None and self.items is not None:
            return customer_points(self.journey, self.answers, self.items)
        return self.team_points

    @shared
    def voices(self) -> pd.DataFrame:
        """The scores from which means over several touchpoints are made: people's, or teams' where they weigh the same."""
        return team_means(self.points) if self.teams_equal and not self.by_customers else self.points

    @shared
    def figures(self) -> pd.DataFrame:
        """The figures of the path; see `cjmkit.method.findings.path_figures`."""
        if self.by_customers:
            return customer_figures(self.journey, self.points, self.way)
        return path_figures(self.journey, self.scores, self.who.id, self.path, teams_equal=self.teams_equal)

    @shared
    def real(self) -> AgainstMap | None:
        """What customers did beside the path; None where no log is here, or nothing of it is on the map."""
        if self.events is None or not any(t.events for t in self.touchpoints):
            return None
        thought = None if self.by_customers else self.figures
        real = against_map(self.events, self.journey, self.way, thought)
        return real if real.customers and len(real.touchpoints) else None

    @shared
    def groups(self) -> Segments | None:
        """The groups found in the table of customers; None where there is none."""
        if self.customers is None or self.customers.columns.drop("customer", errors="ignore").empty:
            return None
        return segments(self.customers, looked_in(self.customers))

    @shared
    def respondents(self) -> pd.DataFrame | None:
        """Who answered the survey, a row each, with segments and answers; None where it has no segments."""
        if self.answers is None or self.items is None or not self.segments:
            return None
        return respondents(self.answers, self.items, self.segments)

    @property
    def people(self) -> pd.DataFrame | None:
        """From whom personas may be drafted: the table of customers, else who answered the survey."""
        return self.customers if self.customers is not None else self.respondents

    @property
    def people_columns(self) -> Mapping[str, str]:
        """What the columns of `people` are called."""
        if self.customers is not None or self.items is None:
            return self.customer_columns
        say, known = self.say, {t.id: t.name for t in self.journey.touchpoints}
        kinds = {"nps": say("NPS"), "csat": say("CSAT"), "ces": say("CES"), "overall": say("Overall")}
        asked = {}
        for item, kind, touchpoint, name in self.items[["item", "kind", "touchpoint", "name"]].itertuples(index=False):
            said = name if name and name != item else kinds.get(kind, "")
            asked[str(item)] = str(known.get(touchpoint) or said or item)
        return {**asked, **self.segments}

    @shared
    def stability(self) -> Stability:
        """How the lowest touchpoints of the path hold; see `cjmkit.method.stability`."""
        return rank_stability(self.points, list(self.figures.index))

    @shared
    def rows(self) -> dict[str, dict[Hashable, Any]]:
        """The same figures by touchpoint, one dict each."""
        return {str(row["touchpoint"]): row for row in self.figures.reset_index().to_dict("records")}

    @shared
    def rated(self) -> dict[str, str]:
        """What customers say of each touchpoint that they rated: mean, scale and n as one phrase."""
        if self.answers is None or self.items is None:
            return {}
        table = ratings(self.answers, self.items)
        return {str(row["touchpoint"]): self.rating(row) for row in table.to_dict("records") if row["n"]}

    @shared
    def derived(self) -> Derived | None:
        """Which touchpoints move customers' overall score; None where no survey asks for both."""
        if self.answers is None or self.items is None:
            return None
        kinds = set(self.items.kind)
        return derived_importance(self.answers, self.items) if "rating" in kinds and kinds & set(OF) else None

    def rating(self, row: Mapping[Any, Any] | pd.Series) -> str:
        """A customers' rating on its own scale: "2.23 of 5 (n = 40)"."""
        value, top = self.say.number(row["value"], 2), self.say.number(row["scale_high"], 0)
        return _unbroken(self.say("{value} of {top} (n = {n})", value=value, top=top, n=self.count(row)))

    @shared
    def moments(self) -> pd.DataFrame:
        """The moments of truth of the path, with their votes."""
        return moments_of_truth(self.journey, of_persona(self.journey, self.scores, self.who.id), self.way)

    @shared
    def actions(self) -> pd.DataFrame:
        """The open actions by rank; see `cjmkit.method.priorities.action_rank`."""
        return action_rank(self.journey, self.figures, target=self.target)

    def estimate(self, row: Mapping[Any, Any] | pd.Series) -> str:
        """A figure with its interval and n as one phrase: "1.6 of 5 (1.2–2.0, n = 9)"."""
        say = self.say
        digits = 2 if row["n"] >= MANY else 1
        value, top = say.number(row["value"], digits), say.number(float(self.journey.scale.high), 0)
        if row["n"] == 0:
            return say("not scored")
        if row["interval"] in ("t", "bootstrap"):
            low, high = say.number(row["low"], digits), say.number(row["high"], digits)
            phrase = say(
                "{value} of {top} ({low}–{high}, n = {n})", value=value, top=top, low=low, high=high, n=self.count(row)
            )
            return _unbroken(phrase)
        if row["interval"] == "equal":
            return say("{value} of {top} (all {n} agree)", value=value, top=top, n=self.count(row))
        return _unbroken(say("{value} of {top} (n = {n})", value=value, top=top, n=self.count(row)))

    def short(self, row: Mapping[Any, Any] | pd.Series) -> str:
        """A score with its scale: "3.2 of 10"."""
        value, top = self.say.number(row["value"], 1), self.say.number(float(self.journey.scale.high), 0)
        return self.say("{value} of {top}", value=value, top=top)

    def interval(self, low: float, high: float, *, sign: bool = False) -> str:
        """An interval as "1.20 to 2.35", a dash where there is none."""
        if low != low:
            return "–"
        return self.say(
            "{low} to {high}", low=self.say.number(low, 2, sign=sign), high=self.say.number(high, 2, sign=sign)
        )

    def count(self, row: Mapping[Any, Any] | pd.Series) -> str:
        """The n of a figure, written as the language writes numbers."""
        return self.say.number(float(row["n"]), 0)


def _unbroken(phrase: str) -> str:
    """The phrase with "n = 9" in one piece."""
    return phrase.replace("n = ", "n\xa0=\xa0")
