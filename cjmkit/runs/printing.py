"""The score sheet of a client, written to where it can be printed from."""

from __future__ import annotations

from pathlib import Path

from cjmkit.charts.theme import tongue
from cjmkit.method.rounds import FIRST_ASKS, asked, open_round
from cjmkit.reports.score_sheet import score_sheet
from cjmkit.runs.manifest import note_outputs
from cjmkit.workshop import Workshop, saving


def print_score_sheet(
    workshop: Workshop, persona: str | None = None, *, language: str | None = None, file: Path | None = None
) -> Path:
    """Write the sheet that each person fills in by hand: of the round that is open, else of the first.

    Args:
        workshop: the client, open.
        persona: an id; None is the goal's persona, else the first.
        language: a code; None is the journey's language.
        file: where to; None is `out/score-sheet.<language>.html`.

    Returns:
        The file, a page to be opened in a browser and printed on both sides.

    Raises:
        NotFoundError: there is no such persona. StorageError: the disk refused.
    """
    journey = workshop.journey
    who = journey.persona(persona).id
    code = tongue(journey, language).code
    round = open_round(journey)
    touchpoints = asked(journey, workshop.scores, round.id if round else 1, persona)
    asks = round.asks if round else FIRST_ASKS
    page = score_sheet(journey, persona=persona, touchpoints=touchpoints, asks=asks, language=code)
    own = "" if who == journey.persona().id else f".{who}"
    again = f"-{round.id}" if round and round.id > 1 else ""
    place = file or workshop.folder / "out" / f"score-sheet{again}{own}.{code}.html"
    with saving.said_plainly(workshop.client):
        place.parent.mkdir(parents=True, exist_ok=True)
        saving.put(place.parent, {place.name: page.encode()})
        if file is None:  # what is filled in by hand grows old with no score
            (workshop.folder / "build").mkdir(exist_ok=True)
            note_outputs(workshop.folder, {place.name: {"language": code}})
    return place
