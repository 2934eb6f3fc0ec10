"""The sections of a client's report, in the order in which a client reads them; each takes a `Report`."""

from cjmkit.reports.content.appendix import appendix
from cjmkit.reports.content.customers import customers_said
from cjmkit.reports.content.director import director_page
from cjmkit.reports.content.findings import moments, scored_map, worst_and_best
from cjmkit.reports.content.people import persona_page, who_took_part
from cjmkit.reports.content.plan import action_plan, assumptions, what_stays

__all__ = [
    "action_plan",
    "appendix",
    "assumptions",
    "customers_said",
    "director_page",
    "moments",
    "persona_page",
    "scored_map",
    "what_stays",
    "who_took_part",
    "worst_and_best",
]
