"""What survey tools write beside the answers, and what a question's role might be; suggestions are only ever shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cjmkit.errors import UsageError
from cjmkit.exchange.columns import Column

if TYPE_CHECKING:
    from cjmkit.exchange.survey_suggestions import Suggestion

Roles = Mapping[str, str]


@dataclass(frozen=True)
class Preset:
    """A tool's own columns: who answered, and what is no answer; each as a pattern of the whole heading, in any case.

    `known_by` are the patterns, `at_least` of which tell the tool's files from others.
    """

    roles: Roles
    known_by: tuple[str, ...]
    at_least: int


def _any(*words: str) -> str:
    return "|".join(words)


PRESETS: Mapping[str, Preset] = {
    "qualtrics": Preset(
        {
            r"ResponseId|ResponseID|_recordId": "respondent",
            r"(Start|End|Recorded)Date|Status|IPAddress|Progress|Duration( \(in seconds\))?|Finished": "ignore",
            r"Recipient(Last|First)Name|RecipientEmail|External(Data)?Reference|Location(Latitude|Longitude|Accuracy)": "ignore",
            r"DistributionChannel|UserLanguage|Q_\w+|ResponseSet": "ignore",
        },
        ("StartDate", "EndDate", "RecordedDate|Finished|Status", "ResponseId|ResponseID|_recordId"),
        3,
    ),
    "qualtrics-answers": Preset(
        {
            "response_id": "respondent",
            "question_id": "item",
            "value": "value",
            r"_fivetran_\w+|loop_id|question|question_option_key|sub_question_(key|text)|text": "ignore",
        },
        ("response_id", "question_id", "value", "question_option_key|sub_question_key"),
        4,
    ),
    "limesurvey": Preset(
        {
            r"id(\. .*)?|Response ID": "respondent",
            r"(submitdate|lastpage|startlanguage|seed|startdate|datestamp|ipaddr|refurl|token)(\. .*)?": "ignore",
            r"Date submitted|Last page|Start language|Seed|Date started|Date last action|IP address|Referrer URL": "ignore",
            r"Access code|(interviewtime|groupTime\d*|questionTime\d*|\w+Time)(\. .*)?|Total time|Group time: .*": "ignore",
        },
        (r"id(\. .*)?|Response ID", r"submitdate(\. .*)?|Date submitted", r"lastpage(\. .*)?|Last page",
         r"startlanguage(\. .*)?|Start language"),
        3,
    ),
    "microsoft-forms": Preset(
        {
            _any("ID", "Identyfikator", "Идентификатор"): "respondent",
            _any("Start time", "Completion time", "Last modified time", "Godzina rozpoczęcia", "Godzina ukończenia",
                 "Czas ostatniej modyfikacji", "Время начала", "Время выполнения", "开始时间", "完成时间"): "ignore",
            _any("Email", "Name", "Adres e-mail", "Nazwa", "Адрес электронной почты", "Имя", "电子邮件", "名称", "姓名"): "ignore",
            _any("Language", "Język", "Язык", "语言", "Total points", "Quiz feedback", "Grade posted time",
                 "Points - .*", "Feedback - .*"): "ignore",
        },
        ("ID|Identyfikator|Идентификатор", "Start time|Godzina rozpoczęcia|Время начала|开始时间",
         "Completion time|Godzina ukończenia|Время выполнения|完成时间"),
        3,
    ),
    "google-forms": Preset(
        {
            _any("Timestamp", "Sygnatura czasowa", "Отметка времени", "时间戳记"): "ignore",
            _any("Username", "Email Address", "Nazwa użytkownika", "Adres e-mail", "Имя пользователя",
                 "Адрес электронной почты", "用户名", "电子邮件地址", "Score", "Wynik", "Балл", "得分"): "ignore",
        },
        ("Timestamp|Sygnatura czasowa|Отметка времени|时间戳记",),
        1,
    ),
}  # fmt: skip


def preset(name: str, headings: Sequence[str], table: pd.DataFrame | None = None) -> dict[str, Column]:
    """What is certain of a file's columns by the tool that wrote it: who answered, and what is no answer.

    Args:
        name: of the tool; see `PRESETS`.
        headings: the file's, as they stand.
        table: not needed; what the questions may be, `suggest` says from it.

    Raises:
        UsageError: there is no such preset.

    >>> preset("qualtrics", ["StartDate", "ResponseId", "Q1"])
    {'StartDate': Column(role='ignore', ...), 'ResponseId': Column(role='respondent', ...)}
    """
    if name not in PRESETS:
        raise UsageError("There is no preset {preset}. There are: {presets}.", preset=name, presets=list(PRESETS))
    found: dict[str, Column] = {}
    for heading in headings:
        for pattern, role in PRESETS[name].roles.items():
            once = role != "ignore" and any(column.role == role for column in found.values())
            if not once and _is(pattern, heading):
                found[heading] = Column(role)
                break
    return found


def detect(headings: Sequence[str]) -> str | None:
    """The tool whose file has these headings; None where none is known by them.

    >>> detect(["ID", "Start time", "Completion time", "Email", "Name", "How was it?"])
    'microsoft-forms'
    """
    for name, made in PRESETS.items():
        if name == "google-forms" and not any(_is(made.known_by[0], heading) for heading in headings[:1]):
            continue
        if sum(any(_is(pattern, heading) for heading in headings) for pattern in made.known_by) >= made.at_least:
            return name
    return None


def suggest(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> dict[str, Suggestion]:
    """What the other columns may be, each with the reason; see `cjmkit.exchange.survey_suggestions`."""
    from cjmkit.exchange.survey_suggestions import suggest as suggested

    return suggested(table, names)


def _is(pattern: str, heading: str) -> bool:
    return re.fullmatch(f"(?:{pattern})", heading.strip(), re.IGNORECASE) is not None
