"""What a deck of at most ten slides tells a director, in order; the words are those of the report's sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile, zip_longest
from typing import Any

from cjmkit.charts.theme import day
from cjmkit.charts.words import interval_note, joined, people, scale, score, told
from cjmkit.journey import Stage, Touchpoint
from cjmkit.language.fonts import text_width
from cjmkit.method.findings import highest, lowest, settled
from cjmkit.method.priorities import horizon, open_actions
from cjmkit.method.reality import AgainstMap
from cjmkit.reports.content import action_plan, assumptions, customers_said, director_page, moments, persona_page
from cjmkit.reports.content.definitions import definitions
from cjmkit.reports.content.director import kpi_change
from cjmkit.reports.content.evidence import against_the_log
from cjmkit.reports.content.evidence_tables import beside
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Bullets, Cards, Facts, Picture, Portrait, Quote, Section, Table, Text
from cjmkit.reports.slide_charts import curve, extremes
from cjmkit.reports.slide_notes import notes_of
from cjmkit.reports.slide_parts import Chart, Panel, Panels, Part
from cjmkit.reports.slide_text import broader
from cjmkit.reports.slide_touchpoints import lanes, touchpoint_table, unbroken

MOST = 10
NAMED = 24  # touchpoints whose names stand below the curve
ALWAYS = 5  # title, one minute, persona, curve, plan


@dataclass(frozen=True)
class Slide:
    """One slide: what it says in one sentence, what stands below, and what the speaker has before them.

    Args:
        title: the finding.
        lead: lines below the title.
        parts: panels, tables, charts from above to below.
        notes: paragraphs; the whole text of what is shortened on the slide.
        portrait: a picture at the left, or None.
    """

    title: str
    lead: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    portrait: Portrait | None = None


def story(report: Report) -> list[Slide]:
    """The slides of a report, the title first; with few stages there is room for more than with many."""
    groups = _groups(report)
    always = [
        _opening(report),
        _minute(report),
        *([_persona(report)] if report.journey.personas else []),
        _curve(report),
        *([_did(report, report.real)] if report.real else []),
    ]
    stages = [_stages(report, group) for group in groups or [()]]
    room = MOST - len(always) - len(stages) - 1
    worth = {"moments": _moments(report), "customers": _customers(report), "extremes": _extremes(report)}
    assumed = worth["assumed"] = _assumed(report)
    more = dict([(name, slide) for name, slide in worth.items() if slide][:room])
    before, after = (
        [more[n] for n in names if n in more] for names in (("extremes",), ("moments", "customers", "assumed"))
    )
    return [*always, *before, *stages, *after, _plan(report, None if "assumed" in more else assumed)]


def _opening(report: Report) -> Slide:
    texts = _of(report.once(director_page, report), Text)
    lead = tuple(text.text for text in texts if text.kind == "lead")
    market = tuple(text.text for text in texts if text.kind == "note")
    return Slide(report.title, (*lead, *filter(None, (report.brand.by,))), (), (*lead, *market))


def _minute(report: Report) -> Slide:
    section = report.once(director_page, report)
    findings, asked = [*_of(section, Cards), Cards("", ()), Cards("", ())][:2]
    goal = [Panel(name, (text,)) for facts in _of(section, Facts) for name, text in facts.pairs]
    texts = [text.text for text in _of(section, Text) if text.kind == "text"]
    unset = texts[:1] if not goal else []
    rows = [
        Panels(tuple(goal or [Panel("", tuple(unset))])),
        Panels(tuple(Panel(c.title, (c.text, c.note), c.tone) for c in findings.cards)),
    ]
    if asked.cards:
        lines = [joined(f"{n}. {card.title}", card.note) for n, card in enumerate(asked.cards, 1)]
        rows.append(Panels((Panel(asked.title, tuple(lines), "ask"),)))
    title = findings.cards[0].title
    return Slide(title, (), tuple(rows), notes_of(report, title, section.blocks))


def _persona(report: Report) -> Slide:
    section = persona_page(report)
    lists = _of(section, Bullets)
    texts = _of(section, Text)
    quotes = [report.say.quoted(quote.text) for quote in _of(section, Quote)]
    facts = joined(*(f"{name}: {text}" for part in _of(section, Facts) for name, text in part.pairs))
    lead = (*(text.text for text in texts if text.kind == "lead"), *quotes, facts)
    shown = [Panel(part.title, part.items, "ask", items=True) for part in lists][:6]
    rows = [Panels(tuple(shown[n : n + 3])) for n in range(0, len(shown), 3)]
    said = [text.text for text in texts if text.kind == "text"]
    if said:
        rows.append(Panels((Panel("", tuple(said)),)))
    portrait = next(iter(_of(section, Portrait)), None)
    notes = notes_of(report, section.title, section.blocks)
    return Slide(section.title, tuple(filter(None, lead)), tuple(rows), notes, portrait)


def _curve(report: Report) -> Slide:
    say, scored = report.say, report.figures[report.figures.n > 0]
    source = joined(people(say, scored), scale(say, report.journey), day(report.journey, report.day, say))
    if scored.empty:
        title = say("Nobody has scored a touchpoint yet.")
        where = say("Enter scores in the notebook 05_scoring, or bring them in: cjmkit import NAME scores FILE.")
        return Slide(title, (source,), (Panels((Panel("", (where,)),)),), notes_of(report, title))
    low, high = lowest(scored, 1).iloc[0], highest(scored, 1).iloc[0]
    title = say("Lowest: {low} ({low_value}). Highest: {high} ({high_value})", low=low["name"], high=high["name"],
                low_value=score(say, low.value), high_value=score(say, high.value))  # fmt: skip
    key = say("Triangles are successes, squares pain points, circles neither.")
    about = told(say, report.figures)
    notes = notes_of(report, title, (), (source, about, say("What the figures mean") + ":", *definitions(report)))
    chart = Chart(lambda shapes, box: curve(shapes, box, report), f"{title} {about}")
    return Slide(title, (source, joined(key, interval_note(say, scored))), (chart, _numbered(report)), notes)


def _numbered(report: Report) -> Table:
    """What the numbers below the curve stand for, down one column after the other; of many, the lowest and the highest."""
    figures = report.figures
    shown = {*figures.index} if len(figures) <= NAMED else {*lowest(figures).index, *highest(figures).index}
    names = [f"{n}. {row['name']}" for n, (id, row) in enumerate(report.rows.items(), 1) if id in shown]
    across = min(4 if all(text_width(name, 12 * broader(name)) < 200 for name in names) else 3, len(names))
    deep = -(-len(names) // across)
    across = -(-len(names) // deep)  # six names fill three columns of two: no column stays without a word
    rows = zip_longest(*(names[n * deep : (n + 1) * deep] for n in range(across)), fillvalue="")
    return Table((report.say("Touchpoints"), *[""] * (across - 1)), tuple(rows))


def _groups(report: Report) -> list[tuple[Stage, ...]]:
    """One stage a slide; one without touchpoints goes with its neighbour, and where there are more than slides, those with few."""
    groups: list[tuple[Stage, ...]] = [(stage,) for stage in report.journey.stages]
    while len(groups) > 1 and (
        len(groups) > MOST - ALWAYS - bool(report.real) or not all(_met(report, group) for group in groups)
    ):
        sizes = [len(_met(report, a)) + len(_met(report, b)) for a, b in pairwise(groups)]
        n = sizes.index(min(sizes))
        groups[n : n + 2] = [groups[n] + groups[n + 1]]
    return groups


def _met(report: Report, stages: Sequence[Stage]) -> list[Touchpoint]:
    ids = {stage.id for stage in stages}
    return [t for t in report.touchpoints if t.stage in ids]


def _stages(report: Report, stages: Sequence[Stage]) -> Slide:
    """The map, one stage or some neighbours: what the customer wants, each touchpoint, what decides, the KPIs."""
    say, met = report.say, _met(report, stages)
    names = say.list(stage.name or stage.id for stage in stages)
    scored = settled(report.figures.loc[[t.id for t in met]])
    if not stages:
        title = say("This map has no touchpoints yet.")
    elif not met:
        title = say("{stage}: no touchpoint on this path", stage=names)
    elif scored.empty:
        title = say("{stage}: not scored yet", stage=names)
    else:
        low = lowest(scored, 1).iloc[0]
        title = say(
            "{stage}: the lowest is “{name}”, {value}",
            stage=names,
            name=low["name"],
            value=unbroken(report.short(low), False),
        )
    lead = stages[0].goal_of(report.who.id) if len(stages) == 1 else ""
    goals = [joined(stage.name or stage.id, stage.goal_of(report.who.id)) for stage in stages]
    table = touchpoint_table(report, met, stages)
    decide = Panel(say("Moments of truth"), tuple(_deciding(report, met)), "ask")
    kpis = [joined(kpi_change(report, k.id, k.baseline, k.target), k.owner) for stage in stages for k in stage.kpis]
    panels = [panel for panel in (decide, Panel(say("KPIs"), tuple(kpis), "ask")) if panel.lines]
    parts: list[Part] = [table] if table.rows else []
    parts += [Panels(tuple(panels))] if panels else []
    if not stages:
        where = say("Enter the stages in the notebook 02_stages, then the touchpoints in 04_touchpoints.")
        parts.append(Panels((Panel("", (where,)),)))
    told_of = [lanes(report, t) for t in met]
    said = [line for panel in panels for line in (panel.title + ":", *panel.lines)]
    return Slide(title, (lead,) if lead else (), tuple(parts), notes_of(report, title, (), (*goals, *told_of, *said)))


def _deciding(report: Report, met: Iterable[Touchpoint]) -> list[str]:
    """What makes the customer stay or leave at the moments of truth among these touchpoints."""
    cards = {card.title: card for part in _of(moments(report), Cards) for card in part.cards}
    return [f"◆ {t.name}\n{cards[t.name].text}" for t in met if t.moment_of_truth and t.name in cards]


def _moments(report: Report) -> Slide | None:
    say, section = report.say, moments(report)
    cards = [card for part in _of(section, Cards) for card in part.cards]
    if not cards:
        return None
    names = say.list(card.title for card in cards)
    title = say.plural("{n} moment of truth: {names}", "{n} moments of truth: {names}", len(cards), names=names)
    rows = tuple((card.title, card.text, card.note) for card in cards)
    table = Table((say("Touchpoint"), say("What decides"), say("Rule, score and votes")), rows)
    lead = tuple(text.text for text in _of(section, Text) if text.kind == "lead")
    return Slide(title, lead, (table,), notes_of(report, title, section.blocks))


def _customers(report: Report) -> Slide | None:
    """What customers said: the recommendation as the title, ratings as a table, their words."""
    if report.answers is None:
        return None
    section = customers_said(report)
    leads = [text.text for text in _of(section, Text) if text.kind == "lead"]
    facts = tuple(f"{name}: {text}" for part in _of(section, Facts) for name, text in part.pairs)
    words = tuple(f"{report.say.quoted(quote.text)} {quote.source}" for quote in _of(section, Quote))[:3]
    tables = _of(section, Table)[-1:]
    parts = [*tables, *([Panels((Panel("", words, "ask"),))] if words else [])]
    title = (leads or [section.title])[0]
    return Slide(title, (*leads[1:], *facts), tuple(parts), notes_of(report, title, section.blocks))


def _did(report: Report, real: AgainstMap) -> Slide:
    """The map against what customers did: who came by, who left, and what the team thinks."""
    section = against_the_log(report)
    lines = [line for part in _of(section, Bullets) for line in part.items]
    lead = tuple(text.text for text in _of(section, Text))
    parts = (beside(report, real), Panels((Panel("", tuple(lines[1:4]), "ask"),)))
    return Slide(lines[0], lead, parts, notes_of(report, section.title, section.blocks))


def _extremes(report: Report) -> Slide | None:
    say, figures = report.say, report.figures
    if (figures.n > 0).sum() < 2:
        return None
    low, high = (say.list(str(name) for name in ends["name"]) for ends in (lowest(figures), highest(figures)))
    title = say("Lowest: {low}. Highest: {high}.", low=low, high=high)
    shown = [*lowest(figures).index, *highest(figures).index]
    lines = tuple(f"{report.rows[id]['name']}: {report.estimate(report.rows[id])}" for id in shown)
    source = joined(people(say, figures), scale(say, report.journey), day(report.journey, report.day, say))
    chart = Chart(lambda shapes, box: extremes(shapes, box, report), "; ".join(lines))
    return Slide(title, (source,), (chart,), notes_of(report, title, (), (source, *lines)))


def _assumed(report: Report) -> Slide | None:
    section = assumptions(report)
    tables, lists = _of(section, Table), _of(section, Bullets)
    if not report.touchpoints:
        return None
    title = next(text.text for text in _of(section, Text) if text.kind == "lead")
    panels = [Panels((Panel(part.title, (report.say.list(part.items),), "ask"),)) for part in lists]
    return Slide(title, (), (*tables, *panels), notes_of(report, title, section.blocks))


def _plan(report: Report, assumed: Slide | None) -> Slide:
    """The open actions by date as one table, the next review, and what is assumed where no slide says so."""
    section = action_plan(report)
    tables = [
        b for b in takewhile(lambda block: not isinstance(block, Picture), section.blocks) if isinstance(b, Table)
    ]
    rows = [row for part in tables for row in ((part.caption, *[""] * (len(part.columns) - 1)), *part.rows)]
    review = [text.text for text in _of(report.once(director_page, report), Text) if text.kind == "text"][-1]
    below = Panels((Panel(review, (assumed.title,) if assumed else (), "ask"),))
    if not rows:
        title = next(text.text for text in _of(section, Text))
        return Slide(title, (), (below,), notes_of(report, title, (), (review, *(assumed.notes if assumed else ()))))
    table = Table(tables[0].columns, tuple(rows))
    notes = (review, *(assumed.notes if assumed else ()))
    title = _due(report)
    return Slide(title, (), (table, below), notes_of(report, title, section.blocks, notes))


def _due(report: Report) -> str:
    say = report.say
    open_ = open_actions(report.journey)
    late = [action for action in open_ if horizon(action, report.day) == "overdue"]
    dates = sorted(action.due for action in open_ if action.due)
    if late:
        return say.plural("Action plan: {n} action is overdue", "Action plan: {n} actions are overdue", len(late))
    if not dates:
        return say.plural(
            "Action plan: {n} action, without a date", "Action plan: {n} actions, none with a date", len(open_)
        )
    return say.plural(
        "Action plan: {n} action, due on {date}", "Action plan: {n} actions, the next due on {date}", len(open_),
        date=say.date(dates[0]),
    )  # fmt: skip


def _of(section: Section, kind: type[Any]) -> list[Any]:
    return [block for block in section.blocks if isinstance(block, kind)]
