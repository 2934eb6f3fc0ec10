"""The layouts of tools whose exports are known: what their columns are, and which of their files hold no customers' steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cjmkit.errors import N_, InputError, UsageError
from cjmkit.exchange.columns import Column, columns_of, nearest

NO_LOG = N_("This file of {tool} holds no customers' steps: {columns}. It cannot be read as events.")
PEOPLE = N_("This file of {tool} lists people, one row each, and no events. Import it as customers.")
ANSWERS = N_("This file of {tool} holds a survey's answers and no events. Import it as a survey.")
RESPONSES = N_(
    "This file of {tool} says when people responded, not what they answered: {columns}. Import the table of their answers, "
    "question_response, as a survey."
)
STEPS = N_("This file of {tool} holds events, many rows a customer. Import it as events.")


@dataclass(frozen=True)
class Layout:
    """One file of a tool: the headings that tell it from others, and its columns; of no use where it has none.

    Columns are `role`, `role:event` or, for a group, `segment`; those that a file lacks are passed over.
    """

    known_by: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = "events"
    refusal: str = NO_LOG

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether these are its headings."""
        return set(self.known_by) <= set(headings)


PRESETS: Mapping[str, tuple[Layout, ...]] = {
    "ga4": (
        Layout(
            ("user_pseudo_id", "event_name", "event_timestamp"),
            {
                "user_pseudo_id": "customer", "event_name": "event", "event_timestamp": "at",
                "traffic_source.medium": "channel", "traffic_source_medium": "channel", "platform": "segment",
                "device.category": "segment", "device_category": "segment", "geo.country": "segment",
                "geo_country": "segment", "ecommerce.purchase_revenue": "amount",
            },
        ),
        Layout(
            ("user_pseudo_id", "name", "timestamp", "bundle_sequence_id"),
            {
                "user_pseudo_id": "customer", "name": "event", "timestamp": "at", "traffic_source_medium": "channel",
                "platform": "segment", "device_category": "segment", "geo_country": "segment",
                "ecommerce_purchase_revenue_in_usd": "amount",
            },
        ),
    ),
    "zendesk": (
        Layout(
            ("Requester id", "Created at", "Via"),
            {
                "Requester id": "customer", "Created at": "at:ticket opened", "Solved at": "at:ticket solved",
                "Via": "channel", "Priority": "segment", "Ticket type": "segment", "Group": "segment",
            },
        ),
        Layout(
            ("requester_id", "created_at", "ticket_form_id"),
            {
                "requester_id": "customer", "created_at": "at:ticket opened", "via_channel": "channel",
                "priority": "segment", "type": "segment",
            },
        ),
        Layout(
            ("ticket_id", "field_name", "value", "updated"),
            {"ticket_id": "customer", "field_name": "event", "value": "event", "updated": "at"},
        ),
        Layout(("ticket_id", "user_id", "created", "body"), {"user_id": "customer", "created": "at:ticket comment"}),
        Layout(("chat_id", "created_at", "type", "actor_id"), {"chat_id": "customer", "type": "event", "created_at": "at"}),
        Layout(
            ("id", "role", "time_zone", "two_factor_auth_enabled"),
            {"id": "customer", "role": "segment", "locale": "segment", "time_zone": "segment", "active": "segment"},
            "customers",
            PEOPLE,
        ),
        Layout(("id", "shared_tickets", "shared_comments"), kind=""),
        Layout(("actor_id", "change_description", "source_type"), kind=""),
    ),
    "qualtrics": (
        Layout(
            ("contact_id", "distribution_id", "sent_at", "opened_at"),
            {
                "contact_id": "customer", "sent_at": "at:survey sent", "opened_at": "at:survey opened",
                "response_started_at": "at:survey begun", "response_completed_at": "at:survey answered",
            },
        ),
        Layout(
            ("id", "directory_id", "directory_unsubscribed"),
            {"id": "customer", "language": "segment", "directory_unsubscribed": "segment"},
            "customers",
            PEOPLE,
        ),
        Layout(("id", "distribution_channel", "duration_in_seconds", "survey_id"), kind="", refusal=RESPONSES),
        Layout(("response_id", "question_id", "value"), kind="survey", refusal=ANSWERS),
        Layout(("id", "request_type", "survey_link_survey_id"), kind=""),
        Layout(("id", "survey_id", "question_type", "selector"), kind=""),
        Layout(("key", "question_id", "survey_id", "recode_value"), kind=""),
        Layout(("id", "survey_name", "survey_status"), kind=""),
    ),
    "xes": (
        Layout(
            ("case:concept:name", "concept:name", "time:timestamp"),
            {
                "case:concept:name": "customer", "concept:name": "event", "time:timestamp": "at",
                "lifecycle:transition": "lifecycle",
            },
        ),
    ),
}  # fmt: skip


def preset(name: str, headings: Sequence[str], kind: str = "events") -> dict[str, Column]:
    """What the columns of a tool's file are.

    Args:
        name: the tool, one of `PRESETS`.
        headings: the file's.
        kind: what it is to be read as, "events" or "customers".

    Raises:
        UsageError: there is no such preset.
        InputError: the file is of another kind, or its layout is not known.

    >>> {name: c.role for name, c in preset("xes", ["case:concept:name", "concept:name", "time:timestamp"]).items()}
    {'case:concept:name': 'customer', 'concept:name': 'event', 'time:timestamp': 'at'}
    """
    if name not in PRESETS:
        raise UsageError("There is no preset {name}; nearest: {near}.", name=name, near=nearest(name, PRESETS))
    layout = next((layout for layout in PRESETS[name] if layout.fits(headings)), None)
    if layout is None:
        sentence = N_("This is no file of {tool} whose columns are known ({columns}). Declare its columns.")
        raise InputError(sentence, tool=name, columns=_first(headings))
    if layout.kind != kind:
        refusal = STEPS if layout.kind == "events" else layout.refusal
        raise InputError(refusal, tool=name, columns=_first(headings))
    return columns_of(
        {heading: _declared(layout.columns[heading]) for heading in headings if heading in layout.columns}, kind
    )


def refuse_other(headings: Sequence[str], kind: str) -> None:
    """Refuse a file that a known tool writes for something else than this kind, "survey".

    Raises:
        InputError: it is one; says what it is.
    """
    tool = detect(headings)
    if tool:
        preset(tool, headings, kind)


def detect(headings: Sequence[str]) -> str | None:
    """The tool that a file with these headings is from, one of `PRESETS`; None where none is known.

    >>> detect(["user_pseudo_id", "event_name", "event_timestamp"]), detect(["id", "when"])
    ('ga4', None)
    """
    return next((name for name, layouts in PRESETS.items() if any(layout.fits(headings) for layout in layouts)), None)


def _declared(short: str) -> dict[str, Any]:
    role, _, event = short.partition(":")
    return {"role": role, "event": event} if event else {"role": role}


def _first(headings: Sequence[str]) -> list[str]:
    return [*headings[:8], *(["…"] if len(headings) > 8 else [])]
