"""The sections of a client's report, in the order in which a client reads them; each takes a `Report`."""

from cjmkit.reports.content.appendix import appendix
from cjmkit.reports.content.customers import customers_said
from cjmkit.reports.content.director import director_page
from cjmkit.reports.content.evidence import customers_did
from cjmkit.reports.content.findings import moments, scored_map, worst_and_best
from cjmkit.reports.content.owners import owner_pages
from cjmkit.reports.content.people import persona_page, who_took_part
from cjmkit.reports.content.plan import action_plan, assumptions, what_stays
from cjmkit.reports.report import Report
from cjmkit.reports.sections import Section

__all__ = [
    "action_plan",
    "appendix",
    "assumptions",
    "customers_did",
    "customers_said",
    "director_page",
    "moments",
    "owner_pages",
    "persona_page",
    "scored_map",
    "what_stays",
    "who_took_part",
    "worst_and_best",
]

IN_ORDER = (
    director_page, who_took_part, persona_page, scored_map, worst_and_best, moments, customers_said, customers_did, what_stays,
    action_plan, owner_pages, assumptions, appendix,
)  # fmt: skip


def sections_of(report: Report) -> tuple[Section, ...]:
    """All sections of a report, in the order in which a client reads them."""
    return tuple(make(report) for make in IN_ORDER)
