"""What goes wrong in a cell of a notebook, said in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

from cjmkit.errors import CJMError, UsageError
from cjmkit.language import speak

P = ParamSpec("P")
R = TypeVar("R")


def spoken(call: Callable[P, R]) -> Callable[P, R]:
    """The call, whose errors a notebook shows in the language of the machine; `str(error)` stays as it is."""

    @wraps(call)
    def said(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return call(*args, **kwargs)
        except CJMError as error:
            sentence = speak().error(error)
            setattr(error, "_render_traceback_", lambda: [sentence])  # noqa: B010 - of this one, not of its kind
            raise

    return said


def several(given: str | Sequence[str] | None) -> Sequence[str] | None:
    """Words given as a list, or as one text with commas between them.

    >>> several("html, pdf"), several(["en"]), several(None)
    (['html', 'pdf'], ['en'], None)
    """
    return [word.strip() for word in given.split(",") if word.strip()] if isinstance(given, str) else given


def named(given: str | Sequence[str] | None) -> Sequence[str] | None:
    """The clients that are named; None is all.

    Raises:
        UsageError: none is named.
    """
    names = several(given)
    if names is not None and not len(names):
        raise UsageError("No client is named. Name one or several, or leave the names out for all clients.")
    return names
