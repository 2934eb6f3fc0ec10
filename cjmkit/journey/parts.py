"""The parts of a journey: personas, stages, touchpoints, actions and the rest."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from cjmkit.journey.values import (
    Duration,
    Evidence,
    FrozenMap,
    Items,
    Number,
    Phase,
    Points,
    Rule,
    Share,
    Slug,
    Value,
)


class Goal(Value):
    """Why the map is made, what should change, by which figure, by when."""

    why: str = ""
    change: str = ""
    persona: str = ""
    kpi: str = ""
    from_: Number | None = Field(None, alias="from")
    to: Number | None = None
    by: date | None = None


class Scope(Value):
    """Where the journey starts and ends, and in which market."""

    starts: str = ""
    ends: str = ""
    market: str = ""


class Scale(Value):
    """The scale of the scores, with labels of its points and the question that is asked."""

    low: Number = 1
    high: Number = 5
    labels: FrozenMap[str] = Field(default_factory=dict, validate_default=True)
    question: str = ""

    @property
    def span(self) -> float:
        return float(self.high - self.low)


class Persona(Value):
    """A customer drawn as one person, whose journey is mapped; each line may say what it rests on."""

    id: Slug
    name: str = ""
    role: str = ""
    segment: str = ""
    share: Share | None = None
    quote: str = ""
    demographics: FrozenMap[str] = Field(default_factory=dict, validate_default=True)
    needs: Items = ()
    goals: Items = ()
    preferences: Items = ()
    challenges: Items = ()
    habits: Items = ()
    hears_of_us: Items = ()
    buys_how: Items = ()
    channels: tuple[str, ...] = ()
    image: str | None = None


class Reached(Value):
    """How many customers reach a stage, typed by hand where there is no log."""

    persona: str = ""
    count: Annotated[int, Field(ge=0)]
    as_of: date | None = None
    evidence: Evidence = "assumed"


class KPI(Value):
    """A figure of a stage: where it stands and where it should."""

    id: Slug
    name: str = ""
    unit: str = ""
    baseline: Number | None = None
    actual: Number | None = None
    target: Number | None = None
    benchmark: Number | None = None
    better: Literal["higher", "lower"] = "higher"
    by: date | None = None
    as_of: date | None = None
    source: str = ""
    evidence: Evidence = "assumed"
    owner: str = ""


class StageForPersona(Value):
    """What one persona sees differently in a stage; what is not given is as in the stage itself."""

    customer_goal: str | None = None
    expectations: Items | None = None
    moves_on_when: str | None = None
    stops_because: str | None = None


class Stage(Value):
    """A part of the journey that a customer would call one thing, before or after the turning point."""

    id: Slug
    name: str = ""
    phase: Phase = "before"
    customer_goal: str = ""
    expectations: Items = ()
    tools: Items = ()
    moves_on_when: str = ""
    stops_because: str = ""
    by_persona: FrozenMap[StageForPersona] = Field(default_factory=dict, validate_default=True)
    reached: tuple[Reached, ...] = ()
    kpis: tuple[KPI, ...] = ()

    def goal_of(self, persona: str) -> str:
        """The customer goal in this stage, as this persona has it."""
        own = self.by_persona.get(persona)
        return own.customer_goal if own and own.customer_goal is not None else self.customer_goal


class Quote(Value):
    """A customer's words at a touchpoint."""

    text: str
    source: str = ""
    evidence: Evidence = "assumed"


class MomentOfTruth(Value):
    """A touchpoint that decides: by which rule, and what makes the customer go on or leave."""

    rule: Rule = "continue-or-quit"
    goes_on_if: str = ""
    leaves_if: str = ""


class Verdict(Value):
    """The team's own judgement of a touchpoint, over the figure, with its reason."""

    value: Literal["pain", "success", "neutral"]
    why: str = ""


class Touchpoint(Value):
    """A moment of contact, a step of the customer's own, or a wait."""

    id: Slug
    stage: str
    name: str = ""
    kind: Literal["contact", "own-step", "wait"] = "contact"
    channel: str = ""
    device: str = ""
    party: Literal["company", "partner", "competitor", "people"] = "company"
    party_name: str = ""
    owner: str = ""
    personas: tuple[str, ...] = ()
    lasts: Duration | None = None
    after: Duration | None = None
    doing: str = ""
    thinking: str = ""
    feeling: str = ""
    expects: str = ""
    pain: str = ""
    success: str = ""
    backstage: str = ""
    quotes: tuple[Quote, ...] = ()
    moment_of_truth: MomentOfTruth | None = None
    verdict: Verdict | None = None
    decision: Literal["improve", "keep", "watch", "drop"] | None = None
    reach: Share | None = None
    events: tuple[str, ...] = ()
    image: str | None = None
    evidence: Evidence = "assumed"


class Path(Value):
    """The touchpoints that a persona meets, in order."""

    id: Slug
    name: str = ""
    persona: str = ""
    touchpoints: tuple[str, ...] = ()


class Action(Value):
    """Who does what by when, and which KPI it moves from what to what."""

    id: Slug
    title: str = ""
    kind: Literal["procedure", "training", "message", "product", "tool", "people"] = "procedure"
    touchpoints: tuple[str, ...] = ()
    cause: str = ""
    owner: str = ""
    due: date | None = None
    impact: Points | None = None
    effort: Points | None = None
    status: Literal["idea", "agreed", "doing", "done", "dropped"] = "idea"
    kpi: str = ""
    from_: Number | None = Field(None, alias="from")
    to: Number | None = None


class Message(Value):
    """What to say to a persona in a stage, and by which channel."""

    persona: str
    stage: str
    touchpoint: str | None = None
    channel: str = ""
    message: str = ""
    status: str = "idea"


class Unknown(Value):
    """What nobody knows yet, who finds out, by when."""

    touchpoint: str | None = None
    question: str = ""
    who: str = ""
    due: date | None = None


class Check(Value):
    """A line of the evidence checklist: a source for a stage (or for all), whether it is there, who gets it by when."""

    stage: str = ""
    source: Annotated[str, Field(min_length=1)]
    state: Literal["there", "asked", "missing", "not-needed"] = "missing"
    who: str = ""
    due: date | None = None
    note: str = ""


class Questionnaire(Value):
    """What the team settled of the questions to customers; the rest is made from the map.

    `nps` is of the relationship, or of the journey just made (transactional); `touchpoints` are those to rate, none:
    chosen by the scores; `texts` are the team's own wordings by the question's id, of the interview guide too.
    """

    nps: Literal["relational", "transactional"] = "relational"
    touchpoints: tuple[str, ...] = ()
    texts: FrozenMap[str] = Field(default_factory=dict, validate_default=True)


class Round(Value):
    """One time that everybody scores, and what was asked in it."""

    id: Annotated[int, Field(ge=1)]
    state: Literal["open", "closed"] = "closed"
    anonymous: bool = False
    asks: tuple[Literal["score", "importance", "moment_of_truth", "customer_effort", "comment"], ...] = ("score",)
    importance: Literal["dots", "rating"] = "dots"


class Held(Value):
    """A workshop that was held, and how many came from which team."""

    on: date
    facilitator: str = ""
    teams: FrozenMap[Annotated[int, Field(ge=0)]] = Field(default_factory=dict, validate_default=True)


class Review(Value):
    """When the map is or was held against customers, and what changed outside."""

    on: date | None = None
    how: str = ""
    changed_outside: str = ""
    note: str = ""


class Source(Value):
    """A raw file in `evidence/` and what its columns are.

    `sha256` is of the file as it came; `join` names further files in `evidence/` whose columns are added, each with the
    column that both share; `query` is what a database was asked, where the file is its answer; `preset` the tool it is from.
    """

    id: Slug
    file: str
    kind: Literal["survey", "events", "customers", "scores"]
    columns: FrozenMap[Any] = Field(default_factory=dict, validate_default=True)
    as_of: date | None = None
    sha256: str = ""
    preset: str = ""
    query: str = ""
    join: FrozenMap[str] = Field(default_factory=dict, validate_default=True)
