import json
import subprocess
import sys

import pytest

import cjmkit as cjm

NAMES = [
    "Action", "CJMError", "ConflictError", "Journey", "Path", "Persona", "Stage", "Touchpoint", "__version__",
    "about_starters", "action_plan", "action_rank", "against_known", "against_map", "against_the_log", "all_clients", "alpha", "appendix", "ask", "assign",
    "assumptions", "begin_capstone", "best_set", "between", "bring_in", "build_client", "buyers", "ces", "check", "check_evidence", "clients", "clients_by_stage", "clients_compared", "clients_nps",
    "comment_codes", "common_paths", "contested", "csat", "customers_did", "customers_said", "derived_importance",
    "derived_importance_chart", "director_page", "draft_personas", "edit_goal", "edit_messages", "edit_paths",
    "edit_personas", "edit_stages", "edit_teams", "edit_touchpoints", "edit_unknowns", "emotion_curve", "event_counts",
    "evidence_files", "final_scores", "follow_up_actions", "funnel", "funnel_chart", "funnel_of", "gaps",
    "group_differences", "highest", "how_far_they_came", "icc", "impact_effort", "import_quotes", "importance",
    "importance_performance", "importance_performance_chart", "instead", "interview_guide", "journey_map",
    "journey_score", "json_schema", "judge_touchpoints", "languages", "lesson_minutes", "level_of_clients", "loops", "lowest", "make_questionnaire",
    "map_against_reality", "match_events", "moments", "moments_of_truth", "new_workshop", "not_a_funnel", "not_comparable", "nps",
    "nps_chart", "nps_of_clients", "nps_waves", "nps_waves_chart", "on_map", "open_case", "open_comparison", "open_evidence", "open_report", "open_workshop", "opportunity",
    "over_time_chart", "owner_pages", "path_figures", "path_flow", "peak_end", "persona_drafts", "persona_page",
    "plan_actions", "plan_clients", "print_score_sheet", "purchase_events", "purchase_figures", "questionnaire", "rank_stability", "rank_stability_chart",
    "ratings", "read_customers", "read_events", "read_survey", "recap", "reveal", "review_journey", "rfm", "rfm_groups",
    "rotation", "round_shift", "round_shift_chart", "run_agenda", "run_clients", "score_touchpoints", "scored_map", "scores_by",
    "segments", "segments_by", "segments_chart", "sessions", "shares_over_time", "show_agenda", "show_course", "show_learned", "show_lessons", "show_progress", "show_recap", "show_weeks", "speak",
    "spread", "spread_ranking", "stage_models", "stages_of_clients", "start_workshop", "statement_titles", "step_matrix", "step_matrix_chart", "team_gap",
    "team_gap_chart", "tell", "together", "touchpoint_dots", "touchpoint_ranking", "touchpoint_scores", "transitions",
    "try_funnel", "try_nps", "try_path", "try_plan", "try_raters", "try_scores",
    "twin_report", "typed_funnel", "vote_in_room", "voting_room", "weakest_link", "what_changed", "what_if", "what_if_chart", "what_stands_out",
    "what_stays", "when_it_changed", "who_took_part", "why_apart", "widest", "with_groups", "with_state", "wording", "worst_and_best",
    "write_questions",
]  # fmt: skip


def test_the_front_door_has_exactly_these_names():
    assert cjm.__all__ == NAMES


def test_every_name_loads_and_is_documented():
    for name in NAMES:
        if name != "__version__":
            assert getattr(cjm, name).__doc__, name


def test_a_misspelt_name_is_told_with_what_there_is():
    with pytest.raises(AttributeError, match="open_workshop"):
        cjm.open_workshp  # noqa: B018


def test_importing_the_kit_loads_nothing_and_says_nothing():
    code = (
        "import sys; before=set(sys.modules); import cjmkit, json; print(json.dumps(sorted(set(sys.modules)-before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {"pandas", "altair", "pydantic", "babel", "scipy", "papermill", "typer"}
    assert done.stderr == ""
