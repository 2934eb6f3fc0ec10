"""A run in words, the same on a terminal and in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cjmkit.errors import Fault, RunError
from cjmkit.language import Language

if TYPE_CHECKING:  # these words are there before anything heavy is imported
    from pathlib import Path

    from cjmkit.runs.children import Limits
    from cjmkit.runs.many import Result, Run


def reasons(say: Language, why: Iterable[Fault], formats: Sequence[str]) -> str:
    """Why something is built, each reason once: "scores.csv: changed"; without places where it holds for all that is built."""
    places: dict[str, dict[str, None]] = {}
    for fault in why:
        places.setdefault(fault.sentence, {})[fault.place] = None
    return "; ".join(
        say(sentence) if set(some) == set(formats)
        else say("{files}: {reason}", files=[say(place) for place in some], reason=say(sentence))
        for sentence, some in places.items()
    )  # fmt: skip


def failed_line(say: Language, client: str, problem: str) -> str:
    """That a client failed, and why; a problem that names the client itself does not name it twice."""
    return say("{client} failed: {problem}", client=client, problem=problem.removeprefix(f"{client}: "))


def built_line(say: Language, result: Result) -> str:
    """What was built of a client, and where it is."""
    return say(
        "{client}: {languages}, {files} in {folder} ({seconds} s)", client=result.client, languages=list(result.languages),
        files=say.plural("{n} file", "{n} files", len(result.files)), folder=str(result.files[0].parent),
        seconds=say.number(result.seconds, 1),
    )  # fmt: skip


def counted(say: Language, run: Run) -> str:
    """How many clients were built, how many are as they were, and who failed."""
    built, fresh = sum(not result.failure for result in run.results), len(run.fresh)
    told = [say.plural("{n} client built.", "{n} clients built.", built)] if built else []
    if fresh:
        told.append(say.plural("{n} client is as it was built.", "{n} clients are as they were built.", fresh))
    if run.failures:
        told.append(say("Failed: {clients}.", clients=list(run.failures)))
    return " ".join(told)


def ended(client: str, why: str, cell: int | None, template: Path, limits: Limits) -> RunError:
    """What to say of a job that was ended from outside, at which cell, and what to do."""
    at = {
        "client": client,
        "cell": cell,
        "template": template.name,
        "seconds": f"{limits.seconds:g}",
        "limit": f"{limits.megabytes:g}",
    }
    if why == "time" and cell:
        return RunError("{client}: cell {cell} of {template} was still running after {seconds} seconds and was stopped. "
                        "Mend the cell, or allow more with --time-limit.", **at)  # fmt: skip
    if why == "time":
        return RunError("{client}: after {seconds} seconds the report was not ready and was stopped. "
                        "Allow more with --time-limit.", **at)  # fmt: skip
    if why == "memory" and cell:
        return RunError("{client}: at cell {cell} of {template} more than {limit} MB of memory were in use, and it was stopped. "
                        "Mend the cell, or allow more with --memory-limit.", **at)  # fmt: skip
    if why == "memory":
        return RunError("{client}: more than {limit} MB of memory were in use, and the report was stopped. "
                        "Allow more with --memory-limit.", **at)  # fmt: skip
    return RunError("{client}: the process that built the report was ended from outside ({signal}). Run it again; what is built stays.",
                    client=client, signal=why)  # fmt: skip
