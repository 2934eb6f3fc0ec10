"""The touchpoints as cards on a board, stage beside stage, and the paths as numbered steps over the stages."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from cjmkit.charts.icons import icon
from cjmkit.forms.screen import html
from cjmkit.journey import Journey, Path, Touchpoint
from cjmkit.language import Language
from cjmkit.language.durations import duration
from cjmkit.language.words import EVIDENCE, KIND_IN_A_LINE, PARTY
from cjmkit.method.touchpoints import by_stage

MARKS = {"assumed": "○", "observed": "◐", "measured": "●"}


def board(journey: Journey, say: Language, card: Callable[[Touchpoint], str], *, marks: bool = True) -> str:
    """Each stage a column of cards, and under them what the marks mean."""
    columns = []
    for stage in journey.stages:
        cards = "".join(card(t) for t in journey.touchpoints if t.stage == stage.id)
        title = html(stage.name or stage.id, of="h4")
        columns.append(f'<section class="cjm-column">{title}{cards or html("–", kind="cjm-note")}</section>')
    key = " · ".join(f"{MARKS[code]} {say(word)}" for code, word in EVIDENCE.items())
    return f'<div class="cjm-board">{"".join(columns)}</div>{html(key, kind="cjm-note") if marks else ""}'


def touchpoint_card(t: Touchpoint, say: Language, chosen: str) -> str:
    """A touchpoint as a sticky note: channel, name, owner, what it rests on; steps and waits look different."""
    kind = "" if t.kind == "contact" else say(KIND_IN_A_LINE[t.kind])
    party = "" if t.party == "company" else (t.party_name or say(PARTY[t.party]))
    lasts = duration(say, t.lasts) if t.lasts else ""
    short = "" if t.kind == "wait" else lasts
    where = " · ".join(filter(None, (kind, t.channel, t.device, party, short)))
    owner = html(t.owner, of="span") if t.owner else html(say("nobody yet"), of="em")
    after = html(say("{duration} later", duration=duration(say, t.after)), of="small") if t.after else ""
    gap = html(lasts, of="strong", kind="cjm-gap") if t.kind == "wait" and lasts else ""
    head = f"{after}{drawing(t)}{html(MARKS[t.evidence], of='span', kind='cjm-mark')}"
    body = f"{html(t.name or '…', of='b')}{gap}<small>{escape(where)}{' · ' if where else ''}{owner}</small>"
    return choice(t.id, f"{head}{body}", f"cjm-{t.kind} {'cjm-chosen' if t.id == chosen else ''}", on=t.id == chosen)


def step_card(t: Touchpoint, path: Path, chosen: str | None) -> str:
    """A touchpoint to tick: with its number where it is on the path, pale where it is not."""
    at = [n for n, id in enumerate(dict.fromkeys(path.touchpoints), 1) if id == t.id]
    number = html(str(at[0]) if at else "+", of="span", kind="cjm-number")
    kind = "" if at else "cjm-off"
    kind = f"{kind} cjm-chosen" if t.id == chosen else kind
    return choice(t.id, f"{number}{drawing(t)}<b>{escape(t.name or '…')}</b>", f"cjm-{t.kind} {kind}", on=bool(at))


def path_rows(journey: Journey, say: Language) -> str:
    """All paths, a row each: their steps in the columns of the stages; what not every path meets stands out."""
    shared = set.intersection(*(set(p.touchpoints) for p in journey.paths)) if journey.paths else set()
    order = {stage.id: place for place, stage in enumerate(journey.stages)}
    heads = "".join(html(stage.name or stage.id, of="th") for stage in journey.stages)
    rows = []
    for path in journey.paths:
        cells: dict[str, list[str]] = {stage.id: [] for stage in journey.stages}
        latest = 0
        for number, t in enumerate(journey.along(path), 1):
            back = order[t.stage] < latest
            latest = max(latest, order[t.stage])
            kind = "" if t.id in shared else "cjm-differs"
            shown = f"{'↩ ' if back else ''}{html(str(number), of='span', kind='cjm-number')} {escape(t.name or '…')}"
            cells[t.stage].append(f'<li class="{kind}">{shown}</li>')
        who = journey.persona(path.persona).name if path.persona else ""
        title = f"{html(path.name or '…', of='b')}<br>{escape(who)}"
        rows.append(
            f"<tr><th>{title}</th>{''.join(f'<td><ol>{chr(10).join(c)}</ol></td>' for c in cells.values())}</tr>"
        )
    note = say("In a frame: what not every path meets. ↩: the customer goes back to an earlier stage.")
    table = f'<table class="cjm-paths"><tr><td></td>{heads}</tr>{"".join(rows)}</table>'
    return f'<div class="cjm-scroll">{table}</div>{html(note, kind="cjm-note") if len(rows) > 1 else ""}'


def choice(id: str, inside: str, kind: str, *, on: bool) -> str:
    """A card that can be chosen in the picture."""
    pressed = "true" if on else "false"
    return (
        f'<div class="cjm-card {kind}" role="button" aria-pressed="{pressed}" data-choose="{escape(id)}">{inside}</div>'
    )


def drawing(t: Touchpoint) -> str:
    """The drawing of the touchpoint's channel; its word stands in the card's text."""
    path = icon(t)
    if not path:
        return ""
    return f'<svg class="cjm-icon" viewBox="-1.1 -1.1 2.2 2.2" aria-hidden="true"><path d="{path}"/></svg>'


def numbered(journey: Journey) -> dict[str, int]:
    """The number of each touchpoint, counted along the stages.

    >>> from cjmkit.journey import Stage
    >>> numbered(Journey(stages=[Stage(id="a")], touchpoints=[Touchpoint(id="x", stage="a")]))
    {'x': 1}
    """
    return {t.id: n for n, t in enumerate(by_stage(journey), 1)}
