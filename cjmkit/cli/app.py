"""The program: options that all commands share, and how a fault is told."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from cjmkit.errors import CJMError, JourneyError, NotFoundError, UsageError, missing_extra
from cjmkit.language import speak

say = speak()
PAIR = "\x1f"
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, highlight=False, soft_wrap=True)
app = typer.Typer(
    name="cjmkit", no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
    help=say("Customer journey mapping that measures: one folder a client, a report at any time, the same twice."),
)  # fmt: skip

Client = Annotated[str, typer.Argument(metavar="NAME", help=say("The client's folder."))]
Clients = Annotated[list[str] | None, typer.Argument(metavar="NAME", help=say("Clients; without a name, all."))]
Workshops = Annotated[
    Path | None,
    typer.Option("--workshops", metavar="DIR", envvar="CJMKIT_WORKSHOPS", help=say("Where the clients are.")),
]
AsJson = Annotated[bool, typer.Option("--json", help=say("Print JSON, for other programs."))]


def main() -> None:
    """Run the commands; every fault is one sentence on standard error, never a traceback."""
    try:
        app(args=_paired(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except CJMError as error:
        _fail(error)
    except ModuleNotFoundError as error:
        missing = missing_extra(error)
        if missing is None:
            raise
        _fail(missing)


def _fail(error: CJMError) -> NoReturn:
    err.print(told(error), markup=False)
    sys.exit(2 if isinstance(error, UsageError | NotFoundError) else 1)


def told(error: CJMError) -> str:
    """An error as one sentence; more than three faults stand on lines of their own."""
    faults = error.faults if isinstance(error, JourneyError) else error.values.get("faults", ())
    if not isinstance(faults, list | tuple) or len(faults) <= 3:
        return say.error(error)
    return say(error.sentence, **{**error.values, "faults": "".join(f"\n  {say.error(fault)}" for fault in faults)})


def _paired(words: list[str]) -> list[str]:
    """The words as Typer takes them: each `-p NAME VALUE` as one option, `-v` in front wherever it stood."""
    paired: list[str] = []
    rest = iter(words)
    for word in rest:
        if word in ("-v", "--verbose"):
            paired.insert(0, word)
            continue
        paired.append(word)
        if word in ("-p", "--parameter"):
            name, value = next(rest, None), next(rest, None)
            if name is None or value is None:
                raise UsageError("-p takes a name and a value, such as: -p target 4.5")
            paired.append(name + PAIR + value)
    return paired


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        out.print(f"cjmkit {version('cjmkit')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=say("Print the version."))
    ] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help=say("Print a log of what is done."))] = False,
) -> None:
    """What all commands share."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    logging.getLogger("cjmkit").setLevel(logging.INFO if verbose else logging.ERROR)
