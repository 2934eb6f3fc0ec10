"""An exercise as a screen: the question, what can be chosen or a field, a button, and what is said to the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from cjmkit.forms.letters import bring_letters
from cjmkit.forms.screen import HERE, script
from cjmkit.language import Language

Said = tuple[bool | None, str, tuple[str, ...]]  # right, the sentence, the rubric's lines
OnAnswer = Callable[[Any], Said]
OnTick = Callable[[Any, list[int]], None]


class ExerciseScreen(anywidget.AnyWidget):
    """One exercise; it knows neither the solution nor a file.

    Args:
        id: of the exercise, such as "05-2".
        kind: "number", "choice", "one", "several" or "words".
        ask: the question.
        choices: what can be chosen, by id; empty where a number or words are asked for.
        say: the language of the screen.
        on_answer: gets an answer, gives what is said to it.
        on_tick: gets an answer in words and the lines of the rubric that are ticked.
        answer: what was answered before, or None.
        said: what was said to that.
        ticked: the lines of the rubric that were ticked.
    """

    _esm = script("exercise.js")
    _css = HERE / "screen.css"
    id = traitlets.Unicode().tag(sync=True)
    kind = traitlets.Unicode().tag(sync=True)
    ask = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    answer = traitlets.Any().tag(sync=True)
    ticked = traitlets.List().tag(sync=True)
    right = traitlets.Bool(None, allow_none=True).tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)
    rubric = traitlets.List().tag(sync=True)

    def __init__(
        self, id: str, kind: str, ask: str, choices: Mapping[str, str], say: Language, on_answer: OnAnswer, on_tick: OnTick,
        *, answer: Any = None, said: Said | None = None, ticked: list[int] | None = None,
    ) -> None:  # fmt: skip
        bring_letters()
        words = {
            "exercise": say("Exercise {id}", id=id),
            "check": say("Check"),
            "answer": say("Your answer"),
            "choose": say("choose …"),
        }
        super().__init__(
            id=id,
            kind=kind,
            ask=ask,
            choices=[*map(list, choices.items())],
            words=words,
            answer=answer,
            ticked=ticked or [],
        )
        self._on_answer, self._on_tick = on_answer, on_tick
        if said:
            self._show(said)
        self.on_msg(self._hear)

    def give(self, answer: Any) -> None:
        """Answer, as the button does."""
        self.answer = answer
        self._show(self._on_answer(answer))

    def tick(self, ticked: list[int]) -> None:
        """Tick these lines of the rubric and no others."""
        self.ticked = ticked
        self._on_tick(self.answer, ticked)

    def _show(self, said: Said) -> None:
        right, sentence, rubric = said
        with self.hold_sync():
            self.right, self.said, self.rubric = right, sentence, [*rubric]

    def _hear(self, _: Any, content: Any, __: Any) -> None:
        if isinstance(content, dict) and "answer" in content:
            self.give(content["answer"])
        elif isinstance(content, dict) and isinstance(content.get("ticked"), list):
            self.tick([int(n) for n in content["ticked"]])
