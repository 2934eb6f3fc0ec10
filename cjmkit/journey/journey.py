"""The journey map as one value: look-ups, verbs that hand back a new journey, JSON out and in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Protocol, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError

from cjmkit.errors import Fault, JourneyError, NotFoundError
from cjmkit.journey.faults import broken_references, from_json, from_pydantic
from cjmkit.journey.parts import (
    KPI,
    Action,
    Check,
    Goal,
    Held,
    Message,
    Path,
    Persona,
    Questionnaire,
    Review,
    Round,
    Scale,
    Scope,
    Source,
    Stage,
    Touchpoint,
    Unknown,
)
from cjmkit.journey.values import Value

SCHEMA = "cjmkit/journey/1"


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Found = TypeVar("Found", bound=HasId)


class Journey(Value):
    """One client's journey map: the one truth that every figure, picture and page is made from.

    >>> from cjmkit.journey import Stage, Touchpoint
    >>> journey = Journey(client="AGD Nord", stages=[Stage(id="awareness", name="Awareness")])
    >>> journey.add_touchpoint(Touchpoint(id="forum", stage="awareness")).touchpoint("forum").stage
    'awareness'
    >>> journey.touchpoints
    ()
    """

    schema_: Literal["cjmkit/journey/1"] = Field("cjmkit/journey/1", alias="schema")
    revision: Annotated[int, Field(ge=0)] = 0
    client: str = ""
    title: str = ""
    language: str = "en"
    kind: Literal["current", "future", "day-in-the-life"] = "current"
    as_of: date | None = None
    turning_point: str = "purchase"
    goal: Goal = Field(default_factory=Goal)
    scope: Scope = Field(default_factory=Scope)
    scale: Scale = Field(default_factory=Scale)
    personas: tuple[Persona, ...] = ()
    stages: tuple[Stage, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    paths: tuple[Path, ...] = ()
    actions: tuple[Action, ...] = ()
    messages: tuple[Message, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    checklist: tuple[Check, ...] = ()
    questionnaire: Questionnaire = Field(default_factory=Questionnaire)
    rounds: tuple[Round, ...] = ()
    held: tuple[Held, ...] = ()
    reviews: tuple[Review, ...] = ()
    sources: tuple[Source, ...] = ()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The journey written in this text, the content of a `journey.json`.

        Raises:
            JourneyError: the text is no journey; all its faults, each with its place and what would be right.
        """
        return cls.from_data(from_json(text))

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The journey of plain lists and dicts, as `json.loads` gives them; raises like `from_json`."""
        faults: list[Fault] = []
        journey = None
        try:
            journey = cls.model_validate_json(json.dumps(data, default=_plain), strict=True)
        except ValidationError as error:
            faults += from_pydantic(error, data)
        faults += broken_references(data)
        if faults or journey is None:
            raise JourneyError(faults)
        return journey

    def to_data(self) -> dict[str, Any]:
        """The journey as plain lists and dicts, dates as ISO text."""
        data: dict[str, Any] = self.model_dump(mode="json", by_alias=True)
        return data

    def to_json(self) -> str:
        """The journey as canonical JSON: sorted keys, two spaces, UTF-8 letters as they are, a newline at the end."""
        return json.dumps(self.to_data(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"

    def changed(self, **parts: Any) -> Self:
        """A new journey in which these parts (`personas=...`, `goal=...`) are replaced; checked as a whole.

        Raises:
            JourneyError: the new journey would have faults, such as a touchpoint in a stage that is not there.
        """
        return self.from_data({**self.to_data(), **json.loads(json.dumps(parts, default=_plain))})

    def add_touchpoint(self, touchpoint: Touchpoint) -> Self:
        """A new journey with this touchpoint at the end of its list."""
        return self.changed(touchpoints=(*self.touchpoints, touchpoint))

    def remove_touchpoint(self, touchpoint: str) -> Self:
        """A new journey without this touchpoint, also gone from paths, actions, messages and unknowns."""
        gone = self.touchpoint(touchpoint).id

        def without(ids: Sequence[str]) -> tuple[str, ...]:
            return tuple(i for i in ids if i != gone)

        return self.changed(
            touchpoints=[t for t in self.touchpoints if t.id != gone],
            paths=[p.model_copy(update={"touchpoints": without(p.touchpoints)}) for p in self.paths],
            actions=[a.model_copy(update={"touchpoints": without(a.touchpoints)}) for a in self.actions],
            messages=[m.model_copy(update={"touchpoint": None}) if m.touchpoint == gone else m for m in self.messages],
            unknowns=[u.model_copy(update={"touchpoint": None}) if u.touchpoint == gone else u for u in self.unknowns],
            questionnaire=self.questionnaire.model_copy(
                update={"touchpoints": without(self.questionnaire.touchpoints)}
            ),
        )

    def remove_persona(self, persona: str) -> Self:
        """A new journey without this persona and what is only theirs: counts, messages, their view of a stage.

        Their paths stay, as nobody's; a touchpoint that only they met is then met by all.
        """
        gone = self.persona(persona).id
        goal = {"persona": ""} if self.goal.persona == gone else {}
        return self.changed(
            personas=[p for p in self.personas if p.id != gone],
            goal=self.goal.model_copy(update=goal),
            stages=[
                s.model_copy(update={
                    "reached": tuple(r for r in s.reached if r.persona != gone),
                    "by_persona": {id: own for id, own in s.by_persona.items() if id != gone},
                })
                for s in self.stages
            ],
            touchpoints=[
                t.model_copy(update={"personas": tuple(id for id in t.personas if id != gone)}) for t in self.touchpoints
            ],
            paths=[p.model_copy(update={"persona": ""}) if p.persona == gone else p for p in self.paths],
            messages=[m for m in self.messages if m.persona != gone],
        )  # fmt: skip

    def stage(self, id: str) -> Stage:
        return _find(self.stages, id, "Stage {id} is not in this journey. Its stages: {ids}.")

    def touchpoint(self, id: str) -> Touchpoint:
        return _find(self.touchpoints, id, "Touchpoint {id} is not in this journey. Nearest: {ids}.")

    def persona(self, id: str | None = None) -> Persona:
        """The persona of this id; without one, the goal's, else the first, else one without a name."""
        if not self.personas:
            return Persona(id="customer")
        id = id or self.goal.persona or self.personas[0].id
        return _find(self.personas, id, "Persona {id} is not in this journey. Its personas: {ids}.")

    def path(self, persona: str | None = None, id: str | None = None) -> Path:
        """The named path; without a name the persona's first; without any, all the persona's touchpoints by stage."""
        if id:
            return _find(self.paths, id, "Path {id} is not in this journey. Its paths: {ids}.")
        who = self.persona(persona).id
        own = [p for p in self.paths if p.persona == who]
        if own:
            return own[0]
        order = {stage.id: place for place, stage in enumerate(self.stages)}
        met = [t for t in self.touchpoints if not t.personas or who in t.personas]
        return Path(id="all", persona=who, touchpoints=tuple(t.id for t in sorted(met, key=lambda t: order[t.stage])))

    def along(self, path: Path) -> tuple[Touchpoint, ...]:
        """The touchpoints of a path, in its order, each once."""
        return tuple(self.touchpoint(id) for id in dict.fromkeys(path.touchpoints))

    def kpi(self, id: str) -> KPI | None:
        """The KPI of this id, from whichever stage it stands in; None where there is none."""
        return next((kpi for stage in self.stages for kpi in stage.kpis if kpi.id == id), None)


def json_schema() -> dict[str, Any]:
    """The JSON schema of `journey.json`, for other programs.

    >>> json_schema()["title"]
    'Journey'
    """
    return Journey.model_json_schema(by_alias=True)


def _find(items: Iterable[Found], id: str, sentence: str) -> Found:
    items = list(items)
    for item in items:
        if item.id == id:
            return item
    ids = [item.id for item in items]
    near = get_close_matches(id, ids, n=3, cutoff=0.5) if len(ids) > 12 else ids
    raise NotFoundError(sentence, id=repr(id), ids=near or ids[:12] or ["–"])


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a journey")
