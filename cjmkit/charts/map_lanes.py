"""The lanes of the journey map that hold words: what is done, thought and said, what hurts, who answers, what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cjmkit.charts.map_plan import PAD, Plan, label
from cjmkit.charts.sheet import Mark, Sheet
from cjmkit.charts.theme import GREY, INK, PAIN_TEXT, PAPER, SUCCESS_TEXT
from cjmkit.charts.words import joined, short, short_date, word
from cjmkit.journey import KPI, Action, Journey, Touchpoint
from cjmkit.language import Language


def texts(sheet: Sheet, the: Plan, y: float, name: str, cell: Callable[[Touchpoint], str]) -> float:
    """A lane of one text per touchpoint."""
    cols = the.columns
    cells = [(n, cell(t)) for n, t in enumerate(cols.touchpoints) if cell(t).strip()]
    if not cells:
        return y
    end = label(sheet, the, y, name)
    ends = [sheet.write(cols.left(n) + PAD, y + PAD, text, cols.width - 2 * PAD, the.show.body) for n, text in cells]
    return max(*ends, end) + PAD


def quotes(sheet: Sheet, the: Plan, y: float) -> float:
    """What customers said, and where it was heard."""
    say, cols = the.say, the.columns
    cells = [(n, t) for n, t in enumerate(cols.touchpoints) if t.quotes]
    if not cells:
        return y
    ends = [label(sheet, the, y, say("In a customer's words"))]
    for n, t in cells:
        at, x, room = y + PAD, cols.left(n) + PAD, cols.width - 2 * PAD
        for quote in t.quotes:
            said = quote.text if quote.text[:1] in '„“"«「' else say("“{text}”", text=quote.text)
            at = sheet.write(x, at, said, room, the.show.body)
            assumed = say("assumed") if quote.evidence == "assumed" else ""
            at = sheet.write(x, at, joined(quote.source, assumed), room, the.show.small, colour=GREY) + 4
        ends.append(at)
    return max(ends) + PAD


def findings(sheet: Sheet, the: Plan, y: float) -> float:
    """What hurts and what delights, in the team's words, each with the mark of the curve."""
    cols, cells = the.columns, [(n, t) for n, t in enumerate(the.columns.touchpoints) if t.pain or t.success]
    if not cells:
        return y
    ends = [label(sheet, the, y, the.say("Pain and success, in words"))]
    for n, t in cells:
        at, x = y + PAD, cols.left(n) + PAD
        for kind, text, colour in (("pain", t.pain, PAIN_TEXT), ("success", t.success, SUCCESS_TEXT)):
            if text:
                # A sign, not the curve's triangle: this was typed, the triangle is what the scores say.
                sheet.write(x, at, "−" if kind == "pain" else "+", 14, the.show.body, bold=True, colour=colour)
                at = sheet.write(x + 14, at, text, cols.width - 2 * PAD - 14, the.show.body, colour=colour) + 4
        ends.append(at)
    return max(ends) + PAD


def moments(sheet: Sheet, the: Plan, y: float) -> float:
    say, cols, k = the.say, the.columns, the.show.scale
    cells = [(n, t) for n, t in enumerate(cols.touchpoints) if t.moment_of_truth]
    if not cells:
        return y
    ends = [label(sheet, the, y, say("Moments of truth"))]
    for n, t in cells:
        moment, x, room = t.moment_of_truth, cols.left(n) + PAD, cols.width - 2 * PAD
        assert moment is not None
        sheet.marks.append(Mark(x + 6 * k, y + PAD + 8 * k, "diamond", 80 * k * k, PAPER, the.accent, 2 * k))
        at = sheet.write(
            x + 16, y + PAD, word(say, moment.rule), room - 16, the.show.body, bold=True, colour=the.accent
        )
        for line in (
            say("goes on if: {what}", what=moment.goes_on_if) if moment.goes_on_if else "",
            say("leaves if: {what}", what=moment.leaves_if) if moment.leaves_if else "",
        ):
            at = sheet.write(x, at + (3 if line else 0), line, room, the.show.small)
        ends.append(at)
    return max(ends) + PAD


def owners(sheet: Sheet, the: Plan, y: float) -> float:
    """Who answers for each touchpoint in the firm; that nobody does is a finding."""
    cols, k, end = the.columns, the.show.scale, label(sheet, the, y, the.say("Owner"))
    ends = [end]
    for n, t in enumerate(cols.touchpoints):
        x, room = cols.left(n) + PAD, cols.width - 2 * PAD
        if t.owner:
            ends.append(sheet.write(x, y + PAD, t.owner, room, the.show.body))
        else:
            sheet.marks.append(Mark(x + 5 * k, y + PAD + 8 * k, "cross", 60 * k * k, PAPER, PAIN_TEXT, 1.6 * k))
            ends.append(
                sheet.write(
                    x + 14 * k,
                    y + PAD,
                    the.say("nobody yet"),
                    room - 14 * k,
                    the.show.body,
                    bold=True,
                    colour=PAIN_TEXT,
                )
            )
    return max(ends) + PAD


def actions(sheet: Sheet, the: Plan, y: float) -> float:
    """What will be done, under the first touchpoint it is meant for; elsewhere its title alone."""
    cols, seen = the.columns, set[str]()
    ends = []
    for n, t in enumerate(cols.touchpoints):
        at = y + PAD
        for action in _agreed(the.journey, t):
            first = action.id not in seen
            seen.add(action.id)
            x, room = cols.left(n) + PAD, cols.width - 2 * PAD
            at = sheet.write(x, at, action.title or action.id, room, the.show.body, bold=first)
            if first or the.show.dated:
                who = joined(action.owner or the.say("nobody yet"), short_date(the.say, action.due))
                at = sheet.write(x, at, who, room, the.show.small, colour=GREY)
            ends.append(at := at + 5)
    if not ends:
        return y
    return max(*ends, label(sheet, the, y, the.say("Actions"))) + PAD


def _agreed(journey: Journey, t: Touchpoint) -> Sequence[Action]:
    return [a for a in journey.actions if t.id in a.touchpoints and a.status != "dropped"]


def kpis(sheet: Sheet, the: Plan, y: float) -> float:
    cols, k, ends, seen = the.columns, the.show.scale, [], set[str]()
    for stage, a, b in cols.runs:
        if stage.id in seen:
            continue
        seen.add(stage.id)
        at, x = y + PAD, cols.left(a) + PAD
        for kpi in stage.kpis:
            fill = PAPER if kpi.evidence == "assumed" else INK
            sheet.marks.append(Mark(x + 4 * k, at + 8 * k, "circle", 40 * k * k, fill, INK))
            at = sheet.write(x + 14 * k, at, _kpi(the.say, kpi), cols.right(b) - x - PAD - 14 * k, the.show.body) + 3
            ends.append(at)
    if not ends:
        return y
    return max(*ends, label(sheet, the, y, the.say("KPIs"))) + PAD


def _kpi(say: Language, kpi: KPI) -> str:
    steps = [short(say, x) for x in (kpi.baseline, kpi.actual, kpi.target) if x is not None]
    by = say("by {date}", date=short_date(say, kpi.by)) if kpi.by else ""
    return f"{kpi.name or kpi.id}: " + joined(" → ".join(steps) + (f"\xa0{kpi.unit}" if kpi.unit else ""), by)
