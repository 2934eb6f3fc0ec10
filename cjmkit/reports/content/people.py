"""Who took part, and the persona whose journey it is."""

from __future__ import annotations

from cjmkit.charts.theme import tongue
from cjmkit.errors import N_
from cjmkit.journey import Item, Persona
from cjmkit.journey.pictures import data_uri
from cjmkit.language.words import EVIDENCE, ITEMS, JOURNEY_KIND
from cjmkit.method.scores import of_persona
from cjmkit.reports.content.director import plain
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Block, Bullets, Facts, Portrait, Quote, Section, Table, Text, blocks


def who_took_part(report: Report) -> Section:
    """When and by whom the map was made; teams, never names."""
    say, journey = report.say, report.journey
    held = [
        (say.date(h.on), say("{teams}; led by {name}", teams=_teams(report, dict(h.teams)), name=h.facilitator)
         if h.facilitator else _teams(report, dict(h.teams)))
        for h in journey.held
    ]  # fmt: skip
    scale = journey.scale
    labels = say.list(f"{point} = {text}" for point, text in scale.labels.items())
    facts = [
        (say("Kind of map"), say(JOURNEY_KIND[journey.kind])),
        (say("From"), journey.scope.starts),
        (say("To"), journey.scope.ends),
        *[(say("Workshop on {date}", date=day), text) for day, text in held],
        (say("Scale"), say("{low} to {high}", low=plain(report, scale.low), high=plain(report, scale.high))
         + (f" ({labels})" if labels else "")),
        (say("Question"), scale.question.replace("{persona}", report.who.name or tongue(journey, None)(N_("the customer")))),
    ]  # fmt: skip
    return Section(
        "participants",
        say("Who took part"),
        blocks(Text(_basis(report)), Facts(tuple((name, text) for name, text in facts if text))),
        report.language,
    )


def _basis(report: Report) -> str:
    say = report.say
    scores = of_persona(report.journey, report.scores, report.who.id)
    scores = scores[scores.score.notna()]
    if report.by_customers and report.answers is not None:
        n = report.answers.respondent.nunique()
        return say.plural("{n} customer answered the survey; no team has scored yet.",
                          "{n} customers answered the survey; no team has scored yet.", n)  # fmt: skip
    if scores.empty:
        return say("Nobody has scored yet.")
    people, rounds = scores.participant.nunique(), scores["round"].nunique()
    first = say.plural("{n} person scored the touchpoints.", "{n} people scored the touchpoints.", people)
    if rounds < 2:
        return first
    again = scores[scores["round"] == scores["round"].max()].touchpoint.nunique()
    return first + " " + say.plural(
        "{n} touchpoint was discussed and scored again.", "{n} touchpoints were discussed and scored again.", again
    )  # fmt: skip


def _teams(report: Report, teams: dict[str, int]) -> str:
    say = report.say
    small = [n for n in teams.values() if n < report.team_min]
    shown = [f"{name} ({say.number(n, 0)})" for name, n in teams.items() if n >= report.team_min]
    if small:
        shown.append(say("other teams ({n})", n=say.number(sum(small), 0)))
    return say.list(shown)


def persona_page(report: Report) -> Section:
    """The persona: who it is, what they need, and what each line rests on."""
    say, who = report.say, report.who
    if not report.journey.personas:
        text = say("There is no persona yet. Every map is drawn for one: add it under personas.")
        return Section("persona", say("Persona"), (Text(text),), report.language)
    lead = [who.role, who.segment]
    if who.share is not None:
        lead.append(say("{share} of customers", share=say.percent(who.share)))
    return Section(
        "persona",
        say("Persona: {name}", name=who.name or who.id),
        blocks(
            _portrait(report, who),
            Text(" · ".join(part for part in lead if part), "lead"),
            Quote(who.quote, who.name) if who.quote else None,
            Facts(tuple(who.demographics.items())),
            [_list(report, title, items) for title, items in _lists(report, who)],
            Text(_evidence(report, who), "note"),
            Text(_unsaid(report, who)),
            Text(_others(report, who), "note"),
        ),
        report.language,
    )


def _portrait(report: Report, who: Persona) -> Portrait | None:
    data = data_uri(report.images.get(who.image or ""))
    return Portrait(data, report.say("Picture of {persona}", persona=who.name or who.id)) if data else None


def _others(report: Report, who: Persona) -> str:
    """Which other personas have a map of their own, and the file it is in."""
    mapped = {path.persona for path in report.journey.paths} - {who.id}
    files = [f"{p.name or p.id} (map.{p.id}.{report.language}.svg)" for p in report.journey.personas if p.id in mapped]
    return report.say("Mapped apart: {names}.", names=report.say.list(files)) if files else ""


def _unsaid(report: Report, who: Persona) -> str:
    known = who.role or who.segment or who.quote or who.demographics or any(items for _, items in _lists(report, who))
    return "" if known else report.say("Nothing is said of this persona yet: enter needs, goals and challenges.")


def _lists(report: Report, who: Persona) -> list[tuple[str, tuple[Item, ...]]]:
    say = report.say
    return [
        *((say(title), getattr(who, name)) for name, title in ITEMS.items()),
        (say("Channels"), tuple(Item(text=channel) for channel in who.channels)),
    ]


def _list(report: Report, title: str, items: tuple[Item, ...]) -> Block:
    lines = []
    for item in items:
        rests = [report.say(EVIDENCE[item.evidence])] if item.evidence else []
        rests += [item.source] if item.source else []
        lines.append(f"{item.text} ({', '.join(rests)})" if rests else item.text)
    return Bullets(tuple(lines), title)


def _evidence(report: Report, who: Persona) -> str:
    items = [item for _, items in _lists(report, who)[:7] for item in items]
    known = sum(item.evidence in ("observed", "measured") for item in items)
    if not items:
        return ""
    return report.say.plural(
        "{known} of {n} line was observed or measured; the rest is assumed.",
        "{known} of {n} lines were observed or measured; the rest is assumed.",
        len(items),
        known=report.say.number(known, 0),
    )


def kpi_table(report: Report) -> Table:
    """All KPIs of the journey: where they stand and where they should."""
    say = report.say
    rows = []
    for stage in report.journey.stages:
        for kpi in stage.kpis:
            rows.append((
                stage.name, kpi.name or kpi.id, plain(report, kpi.baseline), plain(report, kpi.target), kpi.unit,
                say.date(kpi.by, "medium"), kpi.owner, say(EVIDENCE[kpi.evidence]),
            ))  # fmt: skip
    columns = (
        say("Stage"),
        say("KPI"),
        say("Now"),
        say("Target"),
        say("Unit"),
        say("By when"),
        say("Owner"),
        say("Rests on"),
    )
    return Table(columns, tuple(rows), say("KPIs"), (2, 3))
