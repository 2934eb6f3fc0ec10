"""The questionnaire and the interview guide of a client, written to be printed or taken into a survey tool."""

from __future__ import annotations

from pathlib import Path

from cjmkit.errors import N_, UsageError
from cjmkit.exchange.questionnaires import columns_toml, questions_csv, xlsform
from cjmkit.journey.ids import new_id
from cjmkit.journey.translated import translated
from cjmkit.language import languages, speak
from cjmkit.method.questionnaire import Question, interview_guide, questionnaire
from cjmkit.reports.questionnaire import interview_pdf, questionnaire_pdf
from cjmkit.reports.report import Report
from cjmkit.runs.manifest import inputs, note_outputs
from cjmkit.runs.opening import report_of
from cjmkit.workshop import Workshop, saving

ENDINGS = {"questionnaire": (".pdf", ".xlsx", ".csv", ".toml"), "interview-guide": (".pdf", ".csv")}
FOR_TOOLS = (".xlsx", ".csv")


def write_questions(
    workshop: Workshop, kind: str, *, wave: int = 1, language: str | None = None, persona: str | None = None,
    file: Path | None = None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the questionnaire or the interview guide; the ending of the file says as what.

    `.pdf` is a sheet to be printed, `.xlsx` an XLSForm, `.csv` a list of the questions. Beside a questionnaire for survey
    tools stands `…-columns.toml`, by which its answers come back: `cjmkit import NAME survey answers.csv --columns …`.

    Args:
        workshop: the client, open.
        kind: "questionnaire" or "interview-guide".
        wave: which touchpoints are asked, from 1.
        language: a code; None is the journey's language.
        persona: an id; None is the goal's persona, else the first.
        file: where to; None is a PDF in the client's `out/`.

    Returns:
        The files that were written.

    Raises:
        UsageError: the ending is none of these. NotFoundError: there is no such persona. StorageError: the disk refused.
    """
    ending = file.suffix.lower() if file else ".pdf"
    if ending not in ENDINGS[kind]:
        sentence = N_("{file} cannot be written: its ending must be one of {endings}.")
        raise UsageError(sentence, file=file.name if file else kind, endings=list(ENDINGS[kind]))
    if wave < 1:
        raise UsageError("Waves are counted from 1, not {wave}.", wave=wave)
    report = report_of(workshop, language=language, persona=persona)
    turn = f"-{wave}" if wave > 1 else ""
    place = file or workshop.folder / "out" / f"{kind}{turn}.{report.language}{ending}"
    made = {place.name: _made(report, kind, ending, wave)}
    if kind == "questionnaire" and ending in FOR_TOOLS:
        made[f"{place.stem}-columns.toml"] = _made(report, kind, ".toml", wave)
    with saving.said_plainly(workshop.client):
        place.parent.mkdir(parents=True, exist_ok=True)
        saving.put(place.parent, made)
        if file is None:
            (workshop.folder / "build").mkdir(exist_ok=True)
            note_outputs(workshop.folder, {place.name: {"inputs": inputs(workshop), "language": report.language}})
    return tuple(place.parent / name for name in made)


def _made(report: Report, kind: str, ending: str, wave: int) -> bytes:
    if ending == ".pdf":
        return questionnaire_pdf(report, wave) if kind == "questionnaire" else interview_pdf(report)
    questions = _questions(report, kind, wave)
    if ending == ".csv":
        return questions_csv(report.say, questions)
    if ending == ".toml":
        return columns_toml(report.say, questions)
    versions = [(report.say, questions)]
    typed = report.typed or report.journey
    for code in languages():
        texts = report.translations.get(code)
        if code != report.language and (texts or code == typed.language):
            other = translated(typed, texts) if texts and code != typed.language else typed
            versions.append((speak(code), questionnaire(other, report.figures, wave)))
    form_id = new_id(f"{typed.client} questionnaire", (), "questionnaire")
    return xlsform(versions, report.title, form_id.replace("-", "_"), typed.revision, report.day)


def _questions(report: Report, kind: str, wave: int) -> tuple[Question, ...]:
    if kind == "questionnaire":
        return questionnaire(report.journey, report.figures, wave)
    return interview_guide(report.journey, report.figures)
