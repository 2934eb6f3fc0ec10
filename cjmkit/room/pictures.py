"""Draw the reveal of a client's folder for the wall, in a process of its own: `python -m cjmkit.room.pictures FOLDER`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cjmkit.charts.drawing import svg
from cjmkit.charts.reveal import reveal, spread_ranking
from cjmkit.charts.round_shift import round_shift_chart
from cjmkit.charts.theme import tongue
from cjmkit.method.findings import path_figures
from cjmkit.method.rounds import revealed
from cjmkit.method.scores import final_scores, of_persona, round_shift
from cjmkit.room.asking import Asked
from cjmkit.room.counting import moved
from cjmkit.room.kept import read_room
from cjmkit.workshop import Workshop


def drawn(folder: Path) -> dict[str, str]:
    """The pictures by name as SVG: the three to discuss, everybody's dots, what a second round moved."""
    workshop = Workshop(folder)
    journey = workshop.journey
    kept = read_room(folder).get("asked")
    asked = Asked.from_data(kept) if kept else None
    persona = asked.persona or None if asked else None
    shown = of_persona(journey, revealed(journey, workshop.scores), persona)
    figures, points = path_figures(journey, shown, persona), final_scores(shown)
    shift = moved(workshop, asked) if asked else round_shift(shown, journey.scale.span)
    charts = {
        "three": spread_ranking(journey, figures, points, size="wall"),
        "reveal": reveal(journey, figures, points, size="wall"),
        **({"shift": round_shift_chart(journey, shift, size="wall")} if len(shift) else {}),
    }
    return {name: svg(chart, tongue(journey, None).code, embed_fonts=True) for name, chart in charts.items()}


if __name__ == "__main__":
    print(json.dumps(drawn(Path(sys.argv[1]))))
