"""The stages as a strip of columns, in two bands before and after the turning point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape

from cjmkit.forms.screen import Screen, html
from cjmkit.journey import Stage


def phase_words(screen: Screen) -> dict[str, str]:
    """The two parts of the journey, by the turning point's own name."""
    say, turn = screen.say, screen.journey.turning_point
    if not turn:
        return {"before": say("before the turning point"), "after": say("after the turning point")}
    return {"before": say("before: {turning_point}", turning_point=turn),
            "after": say("after: {turning_point}", turning_point=turn)}  # fmt: skip


def strip(screen: Screen, stages: Sequence[Stage], counts: Counter[str], chosen: str = "") -> str:
    """The stages as columns in two bands, with the customer's goal and how many touchpoints stand in each."""
    bands = ""
    for phase, title in phase_words(screen).items():
        columns = [_column(screen, stage, counts, chosen) for stage in stages if stage.phase == phase]
        if columns:
            head = f'<p class="cjm-band-title">{escape(title)}</p>'
            bands += f'<section class="cjm-band" style="flex-grow:{len(columns)}">{head}<div class="cjm-board">{"".join(columns)}</div></section>'
    return f'<div class="cjm-strip cjm-scroll">{bands}</div>'


def _column(screen: Screen, stage: Stage, counts: Counter[str], chosen: str) -> str:
    say = screen.say
    goal = stage.customer_goal or next((p.customer_goal for p in stage.by_persona.values() if p.customer_goal), "")
    n = say.plural("{n} touchpoint", "{n} touchpoints", counts[stage.id])
    kpis = ", ".join(kpi.name or kpi.id for kpi in stage.kpis)
    mark = ' cjm-chosen"' if stage.id == chosen else '"'
    return (
        f'<article class="cjm-column{mark} data-choose="{escape(stage.id)}">{html(stage.name or "…", of="h4")}'
        f"{html(goal)}<p><b>{escape(n)}</b></p>{html(kpis, kind='cjm-note') if kpis else ''}</article>"
    )
