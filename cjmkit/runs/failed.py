"""Why a client's last run failed, kept in its folder until it is built: another client's run must not hide it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cjmkit.errors import CJMError, Fault, JourneyError, joined
from cjmkit.language import Language

if TYPE_CHECKING:
    from cjmkit.runs.plan import Step

FAILED = "build/failed.json"


def remember(folder: Path, steps: Sequence[Step], failure: CJMError | None, say: Language, narrowed: bool) -> None:
    """Keep why a client failed, or forget it where what failed then is as it should be now.

    Args:
        folder: the client's.
        steps: what was to be done of it.
        failure: why it failed now; None where it did not.
        say: the language in which faults within it are told.
        narrowed: the run was asked for some formats or languages alone.
    """
    if failure:
        keep_failure(folder, failure, say, [(step.language, format) for step in steps for format in step.build])
    elif (folder / FAILED).exists():
        done = {(step.language, format) for step in steps for format in (*step.build, *step.fresh)}
        if not narrowed or {tuple(step) for step in _read(folder).get("steps", ())} <= done:
            with suppress(OSError):
                (folder / FAILED).unlink(missing_ok=True)


def keep_failure(folder: Path, error: CJMError, say: Language, steps: Iterable[tuple[str, str]]) -> None:
    """Keep why this client failed; where the disk refuses, only this run tells it.

    Args:
        folder: the client's.
        error: the fault.
        say: the language in which faults within it are told.
        steps: what was to be built: language and format.
    """
    from cjmkit.workshop import saving

    values = {name: _as_text(value, say) for name, value in error.values.items()}
    if isinstance(error, JourneyError):
        values["faults"] = _as_text(error.faults, say)
    kept = {"sentence": error.sentence, "values": values, "steps": [list(step) for step in steps]}
    if not (folder / "journey.json").exists():  # that it is missing is seen without being kept
        return
    with suppress(OSError):
        (folder / "build").mkdir(exist_ok=True)
        text = json.dumps(kept, ensure_ascii=False, indent=1)
        saving.put(folder / "build", {"failed.json": text.encode("utf-8", "replace")})


def kept_failure(folder: Path) -> CJMError | None:
    """Why this client failed when it was last tried; None where it did not."""
    kept = _read(folder)
    sentence, values = kept.get("sentence"), kept.get("values")
    if not isinstance(sentence, str) or not isinstance(values, dict):
        return None
    words = re.sub(r"\{(\w+)\}", lambda gap: "" if gap[1] in values else gap[0], sentence)
    if values and ("{" in words or "}" in words):  # a file that somebody wrote: no gap may do more than name a value
        return None
    return CJMError(sentence, **{str(name): str(value) for name, value in values.items()})


def _read(folder: Path) -> dict[str, Any]:
    try:
        kept = json.loads((folder / FAILED).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _as_text(value: Any, say: Language) -> str:
    if isinstance(value, list | tuple):
        return joined(value, lambda item: say.error(item) if isinstance(item, Fault) else str(item))
    return str(value)
