"""A short questionnaire and six open questions for talks, both made from the map; what is asked, and why it is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from cjmkit.journey import Journey
from cjmkit.method.findings import lowest, widest

MOST = 12
MOST_RATED = 8
STEADY = 6  # of them in every wave where more touchpoints wait for their turn
VOTED = 3
DID_NOT_USE = "not_used"
IN_A_TALK = ("in-talk",)
ASIDE = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")


@dataclass(frozen=True)
class Question:
    """One question: the edge says its `code` with `values` in a language, unless the team has its own `text`.

    `kind` is nps, csat, ces, comment or segment, in a talk "open"; `choices` are further answers by their code;
    `why` says by which rules it is there.
    """

    id: str
    kind: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    touchpoint: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ("always",)
    text: str = ""


def reasons(journey: Journey, figures: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Which touchpoints to ask about and why, in order of need: lowest, contested, moments of truth, then importance.

    Moments of truth are those the team flagged; where it flagged none, the three with the most votes. What the team
    chose stands alone, in its order.

    Args:
        journey: the map; `questionnaire.touchpoints` holds the team's own choice.
        figures: what `path_figures` gives.

    Returns:
        By touchpoint: "lowest", "contested", "moment", "important", "chosen".
    """
    found: dict[str, list[str]] = {}
    flagged = figures[figures.rule != ""]
    voted = figures[figures.votes > 0].sort_values("votes", ascending=False, kind="stable").head(VOTED)
    split = figures[figures.contested.astype(bool)]  # of none, the column has no type
    of: list[tuple[str, Iterable[object]]] = [
        ("lowest", lowest(figures).index),
        ("contested", widest(split, len(split)).index),
        ("moment", (flagged if len(flagged) else voted).index),
    ]
    for why, ids in of:
        for id in ids:
            found.setdefault(str(id), []).append(why)
    for id in figures.sort_values("importance", ascending=False, kind="stable").index:
        found.setdefault(str(id), ["important"])
    if chosen := [id for id in journey.questionnaire.touchpoints if id in found]:
        return {id: ("chosen", *(why for why in found[id] if why != "important")) for id in chosen}
    return {id: tuple(why) for id, why in found.items()}


def rotation(journey: Journey, figures: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Which touchpoints each wave asks about: at most eight, the same ones on every call.

    Eight or fewer are asked in every wave. Of more, the six in greatest need are, and the rest take turns, two a wave;
    after the last wave it begins again.

    Args:
        journey: the map.
        figures: what `path_figures` gives.

    Returns:
        For each wave its touchpoints, in the order of the path.
    """
    order, along = list(reasons(journey, figures)), list(figures.index)
    if len(order) <= MOST_RATED:
        waves = [order]
    else:
        seats = MOST_RATED - STEADY
        steady, rest = order[:STEADY], order[STEADY:]
        turns = range(0, len(rest), seats)
        waves = [[*steady, *dict.fromkeys((rest + rest)[at : at + seats])] for at in turns]
    return tuple(tuple(sorted(wave, key=along.index)) for wave in waves)


def questionnaire(journey: Journey, figures: pd.DataFrame, wave: int = 1) -> tuple[Question, ...]:
    """The questions of a wave: one NPS, its "why", CSAT for at most eight touchpoints, one CES, which persona; 12 at most.

    The lowest, the contested and the moments of truth are asked about first; the rest take turns, wave by wave. A touchpoint that nobody
    scored may be asked about all the same. Source: the kit's own rule: nobody answers sixty questions.

    Args:
        journey: the map; `questionnaire` holds the kind of NPS, touchpoints chosen by the team and its own wordings.
        figures: what `path_figures` gives.
        wave: from 1; see `rotation`.

    >>> from cjmkit.journey import Stage, Touchpoint
    >>> from cjmkit.method.findings import path_figures
    >>> from cjmkit.tables import scores_frame
    >>> shop = Touchpoint(id="shop", stage="buy", name="Shop")
    >>> journey = Journey(client="AGD Nord", stages=[Stage(id="buy")], touchpoints=[shop])
    >>> [question.id for question in questionnaire(journey, path_figures(journey, scores_frame([])))]
    ['nps', 'why', 'csat_shop', 'ces']
    """
    why, waves = reasons(journey, figures), rotation(journey, figures)
    rated = waves[(wave - 1) % len(waves)]
    named = _named(journey)
    questions = [
        Question("nps", "nps", f"nps-{journey.questionnaire.nps}", named, low=0, high=10),
        Question("why", "comment", "why"),
        *(_rating(journey, id, why[id]) for id in rated),
        Question("ces", "ces", "ces", named, low=1, high=7),
        *_personas(journey),
    ]
    return _in_own_words(journey, questions[:MOST])


def interview_guide(journey: Journey, figures: pd.DataFrame) -> tuple[Question, ...]:
    """Six open questions for a talk: the last time, the moment of truth, the lowest, the wait, leaving, what was not asked.

    Where the map has no such touchpoint, or one asked about already, the question is asked without one.

    Args:
        journey: the map.
        figures: what `path_figures` gives.
    """
    why = reasons(journey.changed(questionnaire={}), figures)
    waits = [t.id for t in journey.touchpoints if t.kind == "wait" and t.id in figures.index]
    worst_first = figures.loc[waits].sort_values("value", kind="stable").index
    used: list[str] = []

    def about(code: str, ids: Iterable[object]) -> Question:
        id = next((str(id) for id in ids if id not in used), "")
        if not id:
            return _talk(code, f"{code}-any")
        used.append(id)
        name = {"touchpoint": journey.touchpoint(id).name or id}
        return _talk(code, code, name, id, (code,) if code != "wait" else IN_A_TALK)

    bad = about("lowest", lowest(figures).index)
    moment = about("moment", (id for id in why if "moment" in why[id]))
    wait = about("wait", worst_first)
    title = {"title": _named(journey)["title"]}
    questions = [_talk("last-time", values=title), moment, bad, wait, _talk("leave"), _talk("unasked")]
    return _in_own_words(journey, questions)


def _talk(
    name: str, code: str = "", values: Mapping[str, str] | None = None, id: str = "", why: tuple[str, ...] = IN_A_TALK
) -> Question:
    return Question(f"talk_{name.replace('-', '_')}", "open", code or name, values or {}, id, why=why)


def _rating(journey: Journey, id: str, why: tuple[str, ...]) -> Question:
    name = {"touchpoint": journey.touchpoint(id).name or id}
    column = f"csat_{id.replace('-', '_')}"  # survey tools know no hyphen in a name
    code = (
        "csat" if journey.touchpoint(id).kind == "contact" else "csat-own"
    )  # nobody is satisfied "with" their own step
    return Question(column, "csat", code, name, id, 1, 5, ((DID_NOT_USE, ""),), why)


def _named(journey: Journey) -> dict[str, str]:
    """The firm and the journey as customers know them: what stands in brackets after a title is the team's."""
    title = ASIDE.sub("", journey.title).strip() or journey.title
    return {"client": journey.client or title, "title": title or journey.client}


def _personas(journey: Journey) -> list[Question]:
    """Which persona answers, in words that a customer knows: only where each has some, and all differ."""
    for part in ("segment", "role", "name"):
        words = [str(getattr(persona, part)).strip() for persona in journey.personas]
        if len(words) > 1 and all(words) and len(set(words)) == len(words):
            choices = tuple((p.id, word) for p, word in zip(journey.personas, words, strict=True))
            return [Question("persona", "segment", "persona", choices=choices, why=("tells-apart",))]
    return []


def _in_own_words(journey: Journey, questions: Sequence[Question]) -> tuple[Question, ...]:
    own = journey.questionnaire.texts
    return tuple(Question(**{**vars(q), "text": own.get(q.id, "").strip()}) for q in questions)
