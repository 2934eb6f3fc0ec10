"""The action plan as it is shown: what to plan for, the table by owner and date, decisions, and what is read out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

import pandas as pd

from cjmkit.charts.theme import each
from cjmkit.charts.words import joined, score
from cjmkit.errors import N_
from cjmkit.forms.reading import Reading, votes
from cjmkit.forms.screen import html
from cjmkit.forms.table import date_cell, fault, table
from cjmkit.forms.typed import shown_number
from cjmkit.journey import Action, Journey
from cjmkit.language import Language
from cjmkit.language.words import DECISION, STATUS
from cjmkit.method.priorities import open_actions

WHY = {
    "weakest": N_("weakest link"),
    "lowest": N_("among the lowest"),
    "moment": N_("moment of truth"),
    "improve": N_("to be improved"),
}


def suggestions(say: Language, reading: Reading, why: Mapping[str, Sequence[str]]) -> str:
    """What to plan for, most urgent first; each can be chosen."""
    journey, rows = reading.journey, {row.Index: row for row in each(reading.figures)}
    lines = []
    for id, reasons in why.items():
        row: Any = rows.get(id)
        planned = sum(id in a.touchpoints and a.status != "dropped" for a in journey.actions)
        told = [code for code in reasons if code != "lowest" or "weakest" not in reasons]
        told = [code for code in told if code != "improve"] or told  # a decision is said where nothing else is
        reason = say.list([say(WHY[code]) for code in told])
        given = row is not None and row.n > 0
        note = joined(
            say("n = {n}", n=int(row.n)).replace(" ", "\xa0") if given else "", reason, votes(say, row) if row is not None else "",
            say.plural("{n} action planned", "{n} actions planned", planned) if planned else say("nothing planned yet"),
        )  # fmt: skip
        value = f"<b>{score(say, row.value)}</b> " if given else ""
        name, call = escape(journey.touchpoint(id).name or id), html(say("plan for this"), of="span", kind="cjm-call")
        lines.append(
            f'<button type="button" class="cjm-pick" data-choose="{id}">{value}{name} '
            f"<small>{escape(note)}</small> {call}</button>"
        )
    if not lines:
        return html(say("Nothing is scored or marked yet: begin with what hurts."), kind="cjm-note")
    return html(say("What hurts most"), of="h4") + f'<div class="cjm-hints">{"".join(lines)}</div>'


def plan_table(say: Language, journey: Journey, ranks: pd.DataFrame, chosen: str) -> str:
    """The plan by owner and date, the team's impact beside the gain that the scores promise."""
    heads = (
        say("Owner"), say("By when"), say("Action"), say("KPI from → to"), say("Impact (team)"), say("Effort"),
        say("Gain by scores"), say("Status"),
    )  # fmt: skip
    order = sorted(journey.actions, key=lambda a: (a.owner == "", a.owner, a.due or date.max))
    again = [n > 0 and action.owner == order[n - 1].owner for n, action in enumerate(order)]
    rows = [_plan_row(say, journey, action, ranks, same) for action, same in zip(order, again, strict=True)]
    names = [action.id for action in order]
    rule = say(
        "Gain by scores: how far the touchpoints are from the top of the scale, times importance, times reach. "
        "It stands beside the team's impact and is never mixed in."
    )
    return (
        html(say("The plan, by owner and date"), of="h4")
        + table(heads, rows, names=names, chosen=chosen)
        + html(rule, kind="cjm-note")
    )


def _plan_row(say: Language, journey: Journey, action: Action, ranks: pd.DataFrame, again: bool) -> Sequence[str]:
    ranked = {row.Index: row for row in each(ranks)}.get(action.id)
    gain = "–"
    if ranked is not None and ranked.gain == ranked.gain:
        rank = html(say("rank {rank}", rank=int(ranked.rank)), of="small")
        gain = f"{say.number(ranked.gain, 3)}<br>{rank}"
    owner = escape(action.owner) if action.owner else fault(say("nobody yet"))
    names = ", ".join(journey.touchpoint(id).name or id for id in action.touchpoints)
    title = escape(action.title or "…")
    return (
        f'<span class="cjm-again">{owner}</span>' if again and action.owner else owner,
        date_cell(say, action.due) or fault(say("no date")),
        f"{f'<s>{title}</s>' if action.status == 'dropped' else title}<br><small>{escape(names)}</small>",
        escape(kpi_told(say, journey, action)) or "–",
        shown_number(action.impact, say) or "–",
        shown_number(action.effort, say) or "–",
        gain,
        escape(say(STATUS[action.status])),
    )


def kpi_told(say: Language, journey: Journey, action: Action) -> str:
    """The KPI that an action moves, from what to what; empty where none is named."""
    kpi = journey.kpi(action.kpi)
    if kpi is None:
        return ""
    ends = [shown_number(value, say) or "?" for value in (action.from_, action.to)]
    change = (
        ""
        if action.from_ is None and action.to is None
        else f"{' → '.join(ends)} {kpi.unit}".strip().replace(" ", "\xa0")
    )
    return f"{kpi.name or kpi.id}: {change}" if change else kpi.name or kpi.id


def decisions(say: Language, reading: Reading) -> str:
    """Each touchpoint with its four decisions, the best first: what is good is kept on purpose."""
    journey, rows = reading.journey, {row.Index: row for row in each(reading.figures) if row.n}
    order = sorted(journey.touchpoints, key=lambda t: -rows[t.id].value if t.id in rows else 1.0)
    lines = []
    for t in order:
        value = score(say, rows[t.id].value) if t.id in rows else "–"
        buttons = "".join(
            f'<button type="button" class="cjm-button{" cjm-first" if t.decision == code else ""}" '
            f'aria-pressed="{str(t.decision == code).lower()}" data-choose="{t.id} {code}">{escape(say(name))}</button> '
            for code, name in DECISION.items()
        )
        lines.append((escape(t.name or t.id), value, buttons))
    return table((say("Touchpoint"), say("Score"), say("Decision")), lines)


def read_out(say: Language, journey: Journey) -> str:
    """The plan in letters for the whole room: who does what by when, what stays, when it is tested with customers."""
    open_ = sorted(open_actions(journey), key=lambda a: (a.due or date.max, a.owner))
    lines = []
    for action in open_:
        who = escape(action.owner) if action.owner else fault(say("nobody yet"))
        day = escape(say("by {date}", date=say.date(action.due))) if action.due else fault(say("no date"))
        kpi = html(kpi_told(say, journey, action), of="small")
        lines.append(f"<li><b>{escape(action.title or '…')}</b><br>{who}, {day}<br>{kpi}</li>")
    plan = f"<ol>{''.join(lines)}</ol>" if lines else html(say("Nothing is planned yet."))
    kept = [t.name or t.id for t in journey.touchpoints if t.decision == "keep"]
    gone = [t.name or t.id for t in journey.touchpoints if t.decision == "drop"]
    ends = [
        say("Stays as it is: {names}.", names=say.list(kept)) if kept else "",
        say("To be dropped: {names}.", names=say.list(gone)) if gone else "",
        _tested(say, journey),
    ]
    title = html(say("Who does what by when"), of="h3")
    return f'<div class="cjm-room">{title}{plan}{"".join(html(text) for text in ends if text)}</div>'


def _tested(say: Language, journey: Journey) -> str:
    days = [review.on for review in journey.reviews if review.on]
    if not days:
        return say("One thing is still open: on which day do we test this map with customers?")
    return say("Test with customers: {date}.", date=say.date(max(days)))
