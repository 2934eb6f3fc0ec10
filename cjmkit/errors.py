"""What can go wrong, said once: an English sentence with named gaps, and the values that fill them.

The sentence doubles as the key by which the edge translates it (`cjmkit.language`); the library only raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def fill(sentence: str, values: Mapping[str, Any]) -> str:
    """Put the values into the named gaps of a sentence; lists become "a, b, c", faults "a; b; c".

    >>> fill("Stage {stage} is not one of {stages}.", {"stage": "x", "stages": ["a", "b"]})
    'Stage x is not one of a, b.'
    """
    shown = {name: joined(v) if isinstance(v, list | tuple) else v for name, v in values.items()}
    return sentence.format(**shown) if shown else sentence


def joined(items: Sequence[Any], say: Callable[[Any], str] = str) -> str:
    """Several values as one text: words with commas, whole faults with semicolons.

    >>> joined(["a", "b"]), joined([Fault("x", "is missing"), Fault("y", "is missing")])
    ('a, b', 'x: is missing; y: is missing')
    """
    return ("; " if items and isinstance(items[0], Fault) else ", ").join(map(say, items))


def N_(sentence: str) -> str:
    """Mark a sentence for the catalogues where it stands; it is translated where it is said.

    >>> N_("must be a text")
    'must be a text'
    """
    return sentence


class CJMError(Exception):
    """Any fault that cjmkit can name: what was wrong, where, what would be right, what to do next.

    >>> str(NotFoundError("Client {client} is not here.", client="fridge"))
    'Client fridge is not here.'
    """

    def __init__(self, sentence: str, **values: Any) -> None:
        self.sentence = sentence
        self.values = values
        super().__init__(fill(sentence, values))

    def __reduce__(self) -> tuple[Any, ...]:
        """How it goes from one process to another: as it is, whatever its kind takes to be made."""
        return _as_it_was, (type(self), self.args, self.__dict__)

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows instead of a traceback: the sentence."""
        return [str(self)]


def _as_it_was(kind: type[CJMError], args: tuple[Any, ...], state: Mapping[str, Any]) -> CJMError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class UsageError(CJMError):
    """The words of a command or call are off: an unknown option, parameter or name."""


class NotFoundError(CJMError):
    """A client, file, stage, persona, touchpoint or path that is not there."""


class StorageError(CJMError):
    """The disk refused: nothing was half written, and what was to be saved is still in memory."""


class InputError(CJMError):
    """A file from outside cannot be read as asked; nothing of it was kept."""


class FigureError(CJMError):
    """A figure is not defined for these data; the sentence says why."""


class MissingExtraError(CJMError):
    """A part of the kit that is installed separately is not there."""


EXTRAS = {
    **dict.fromkeys(
        [
            "papermill",
            "nbconvert",
            "nbformat",
            "jinja2",
            "ipykernel",
            "jupyter_client",
            "typst",
            "pptx",
            "xlsxwriter",
            "openpyxl",
        ],
        "report",
    ),
    **dict.fromkeys(["jupyterlab", "ipywidgets", "anywidget"], "lab"),
    **dict.fromkeys(["psutil", "segno", "tornado"], "room"),
    **dict.fromkeys(["duckdb", "sklearn", "sqlalchemy"], "evidence"),
    "distributed": "cluster",
}


def missing_extra(error: ModuleNotFoundError) -> MissingExtraError | None:
    """What to install where an import failed for want of one of the kit's extras; None where it is none of them.

    >>> str(missing_extra(ModuleNotFoundError("x", name="papermill")))
    "This needs papermill, which is not installed. Install it with: pip install 'cjmkit[report]'"
    """
    package = (error.name or "").split(".")[0]
    if package not in EXTRAS:
        return None
    return MissingExtraError(
        "This needs {package}, which is not installed. Install it with: pip install 'cjmkit[{extra}]'",
        package=package, extra=EXTRAS[package],
    )  # fmt: skip


class RunError(CJMError):
    """A client's report could not be built; names the client, the cell and its error."""


@dataclass(frozen=True)
class Fault:
    """One fault of a journey: where it stands, and a sentence that says what would be right.

    >>> print(Fault("stages[2].phase", "must be one of {allowed}", {"allowed": ["before", "after"]}))
    stages[2].phase: must be one of before, after
    """

    place: str
    sentence: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.place}: {fill(self.sentence, self.values)}"


class JourneyError(CJMError):
    """A journey with faults, all of them at once.

    >>> error = JourneyError([Fault("title", "must be a text")])
    >>> str(error)
    'The journey has 1 fault(s): title: must be a text'
    """

    def __init__(
        self, faults: Iterable[Fault], sentence: str = N_("The journey has {n} fault(s): {faults}"), **values: Any
    ) -> None:
        self.faults = tuple(faults)
        super().__init__(sentence, n=len(self.faults), faults="; ".join(map(str, self.faults)), **values)


class ConflictError(CJMError):
    """Somebody else saved in the meantime: `theirs` is what is on disk, `base` what both began from.

    `ways` are the ways out by name (merge, reload, keep_both); each, when called, hands back what then holds.
    """

    def __init__(
        self,
        sentence: str,
        *,
        theirs: Any,
        base: Any,
        ways: Mapping[str, Callable[[], Any]] | None = None,
        **values: Any,
    ) -> None:
        self.theirs = theirs
        self.base = base
        self.ways = dict(ways or {})
        super().__init__(sentence, **values)
