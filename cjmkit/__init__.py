"""cjmkit: customer journey mapping that measures. The front door; every name loads when it is first used.

>>> import cjmkit as cjm
>>> cjm.speak("en").code
'en'
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

ROOMS = {
    "cjmkit.errors": ["CJMError", "ConflictError"],
    "cjmkit.journey": ["Journey", "Persona", "Stage", "Touchpoint", "Path", "Action", "json_schema"],
    "cjmkit.language": ["speak", "languages"],
    "cjmkit.workshop": ["open_workshop", "new_workshop", "clients", "stage_models", "about_starters"],
    "cjmkit.method.scores": ["final_scores", "touchpoint_scores", "importance", "round_shift"],
    "cjmkit.method.findings": ["path_figures", "contested", "weakest_link", "lowest", "highest", "widest"],
    "cjmkit.method.journey_scores": ["scores_by", "journey_score", "peak_end"],
    "cjmkit.method.moments_of_truth": ["moments_of_truth"],
    "cjmkit.method.priorities": ["action_rank", "best_set"],
    "cjmkit.method.surveys": ["nps", "csat", "ces", "ratings"],
    "cjmkit.method.waves": ["nps_waves"],
    "cjmkit.method.importance": ["derived_importance"],
    "cjmkit.method.opportunity": ["importance_performance", "opportunity"],
    "cjmkit.method.comments": ["comment_codes"],
    "cjmkit.method.gaps": ["gaps"],
    "cjmkit.method.agreement": ["spread", "alpha", "icc", "why_apart"],
    "cjmkit.method.stability": ["rank_stability"],
    "cjmkit.method.team_gap": ["team_gap"],
    "cjmkit.method.events": ["event_counts", "on_map"],
    "cjmkit.method.transitions": ["sessions", "transitions", "step_matrix", "common_paths", "loops"],
    "cjmkit.method.reality": ["against_map"],
    "cjmkit.method.funnel": ["funnel", "funnel_of", "typed_funnel"],
    "cjmkit.method.drop_off": ["between", "instead", "group_differences"],
    "cjmkit.method.over_time": ["shares_over_time"],
    "cjmkit.method.changes": ["what_changed"],
    "cjmkit.charts.funnel": ["funnel_chart"],
    "cjmkit.charts.over_time": ["over_time_chart"],
    "cjmkit.charts.what_if": ["what_if_chart"],
    "cjmkit.method.what_if": ["what_if", "not_a_funnel"],
    "cjmkit.exchange.surveys": ["read_survey"],
    "cjmkit.exchange.events": ["read_events", "together"],
    "cjmkit.exchange.customers": ["read_customers"],
    "cjmkit.charts": ["journey_map", "emotion_curve", "touchpoint_ranking", "nps_chart", "impact_effort"],
    "cjmkit.forms.start": ["start_workshop"],
    "cjmkit.forms.teams": ["edit_teams"],
    "cjmkit.forms.agenda": ["run_agenda"],
    "cjmkit.forms.progress": ["show_progress", "show_recap", "recap"],
    "cjmkit.forms.goal": ["edit_goal"],
    "cjmkit.forms.personas": ["edit_personas"],
    "cjmkit.forms.stages": ["edit_stages"],
    "cjmkit.forms.evidence": ["check_evidence"],
    "cjmkit.forms.mapping": ["bring_in"],
    "cjmkit.runs.evidence_files": ["evidence_files"],
    "cjmkit.forms.unknowns": ["edit_unknowns"],
    "cjmkit.forms.questionnaire": ["make_questionnaire"],
    "cjmkit.method.questionnaire": ["interview_guide", "questionnaire", "rotation"],
    "cjmkit.method.wording": ["wording"],
    "cjmkit.runs.asking": ["write_questions"],
    "cjmkit.runs.quotes": ["import_quotes"],
    "cjmkit.forms.review": ["review_journey"],
    "cjmkit.forms.follow_up": ["follow_up_actions"],
    "cjmkit.reports.content": [
        "director_page", "who_took_part", "persona_page", "scored_map", "worst_and_best", "moments", "customers_said",
        "customers_did", "what_stays", "action_plan", "owner_pages", "assumptions", "appendix",
    ],
    "cjmkit.reports.content.changes": ["when_it_changed"],
    "cjmkit.reports.content.evidence": ["against_the_log", "how_far_they_came"],
    "cjmkit.forms.event_patterns": ["match_events"],
    "cjmkit.forms.touchpoints": ["edit_touchpoints"],
    "cjmkit.forms.paths": ["edit_paths"],
    "cjmkit.forms.scoring": ["score_touchpoints"],
    "cjmkit.forms.room": ["vote_in_room"],
    "cjmkit.room.handle": ["voting_room"],
    "cjmkit.forms.map": ["judge_touchpoints"],
    "cjmkit.forms.actions": ["plan_actions"],
    "cjmkit.forms.messages": ["edit_messages"],
    "cjmkit.charts.touchpoint_dots": ["touchpoint_dots"],
    "cjmkit.charts.reveal": ["reveal", "spread_ranking"],
    "cjmkit.charts.round_shift": ["round_shift_chart"],
    "cjmkit.charts.rank_stability": ["rank_stability_chart"],
    "cjmkit.charts.reality": ["map_against_reality"],
    "cjmkit.charts.path_flow": ["path_flow"],
    "cjmkit.charts.step_matrix": ["step_matrix_chart"],
    "cjmkit.charts.team_gap": ["team_gap_chart"],
    "cjmkit.charts.nps_waves": ["nps_waves_chart"],
    "cjmkit.charts.derived_importance": ["derived_importance_chart"],
    "cjmkit.charts.importance_performance": ["importance_performance_chart"],
    "cjmkit.runs.printing": ["print_score_sheet"],
    "cjmkit.runs.opening": ["open_report"],
    "cjmkit.runs.comparing": ["open_comparison"],
    "cjmkit.reports.content.comparison": [
        "what_stands_out", "all_clients", "level_of_clients", "nps_of_clients", "stages_of_clients",
    ],
    "cjmkit.reports.content.comparison_limits": ["not_comparable"],
    "cjmkit.charts.clients_compared": ["clients_compared"],
    "cjmkit.charts.clients_nps": ["clients_nps"],
    "cjmkit.charts.clients_by_stage": ["clients_by_stage"],
    "cjmkit.runs.showing": ["open_evidence"],
    "cjmkit.runs.build": ["build_client"],
    "cjmkit.runs.from_notebook": ["plan_clients", "run_clients"],
    "cjmkit.method.segments": ["segments", "segments_by", "assign"],
    "cjmkit.method.known_groups": ["against_known", "with_groups"],
    "cjmkit.method.purchase_events": ["purchase_events"],
    "cjmkit.method.purchases": ["buyers", "purchase_figures", "rfm", "rfm_groups", "with_state"],
    "cjmkit.charts.segments": ["segments_chart"],
    "cjmkit.forms.persona_drafts": ["persona_drafts"],
    "cjmkit.forms.segments": ["draft_personas"],
    "cjmkit.lessons.asking": ["ask", "check", "tell"],
    "cjmkit.lessons.cases": ["open_case"],
    "cjmkit.lessons.capstone": ["begin_capstone"],
    "cjmkit.lessons.trying": ["try_funnel", "try_nps", "try_path", "try_plan", "try_raters", "try_scores"],
    "cjmkit.lessons.course": ["lesson_minutes", "show_learned", "show_lessons"],
    "cjmkit.lessons.twin": ["statement_titles", "twin_report"],
    "cjmkit.lessons.plans": ["show_agenda", "show_course", "show_weeks"],
}  # fmt: skip
_HOME = {name: room for room, names in ROOMS.items() for name in names}
__all__ = sorted([*_HOME, "__version__"])


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("cjmkit")
    if name not in _HOME:
        raise AttributeError(f"cjmkit has no {name!r}. It has: {', '.join(__all__)}.")
    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as error:
        from cjmkit.errors import missing_extra

        raise (missing_extra(error) or error) from None


def __dir__() -> list[str]:
    return __all__
