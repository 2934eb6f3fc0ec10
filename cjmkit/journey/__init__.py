"""The journey map as values that never change; the shape is that of `journey.json`.

A broken journey is refused with all its faults at once (`cjmkit.journey.faults`); gaps are no faults.
"""

from cjmkit.journey.journey import SCHEMA, Journey, json_schema
from cjmkit.journey.parts import (
    KPI,
    Action,
    Check,
    Goal,
    Held,
    Message,
    MomentOfTruth,
    Path,
    Persona,
    Questionnaire,
    Quote,
    Reached,
    Review,
    Round,
    Scale,
    Scope,
    Source,
    Stage,
    StageForPersona,
    Touchpoint,
    Unknown,
    Verdict,
)
from cjmkit.journey.values import Item

__all__ = [
    "KPI",
    "SCHEMA",
    "Action",
    "Check",
    "Goal",
    "Held",
    "Item",
    "Journey",
    "Message",
    "MomentOfTruth",
    "Path",
    "Persona",
    "Questionnaire",
    "Quote",
    "Reached",
    "Review",
    "Round",
    "Scale",
    "Scope",
    "Source",
    "Stage",
    "StageForPersona",
    "Touchpoint",
    "Unknown",
    "Verdict",
    "json_schema",
]
