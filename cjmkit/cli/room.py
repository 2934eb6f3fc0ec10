"""The command that opens a client's voting room: by which address, its QR code, the facilitator's desk and the wall."""

from __future__ import annotations

import json
import sys
import webbrowser
from contextlib import suppress
from importlib.util import find_spec
from typing import Annotated, Any

import typer
from rich.cells import cell_len, set_cell_size

from cjmkit.cli.app import AsJson, Client, Workshops, app, out, say
from cjmkit.errors import UsageError

TOLD = ("client", "phase", "url", "host", "port", "code", "joined", "only_here")


@app.command(
    help=say("The voting room: everybody scores on their own phone. Prints the QR code, the desk and the wall.") + "\n\n"
    + say("Example: {example}", example="cjmkit room agd-nord")
)  # fmt: skip
def room(
    name: Client,
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help=say("By which of this machine's addresses phones come in."))
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="N", help=say("A port; else a free one."))] = None,
    end: Annotated[bool, typer.Option("--end", help=say("End the room that is open; what was counted stays."))] = False,
    browser: Annotated[
        bool | None, typer.Option("--browser/--no-browser", help=say("Open the desk in the browser."))
    ] = None,
    as_json: AsJson = False,
    workshops: Workshops = None,
) -> None:
    for package in ("psutil", "segno", "tornado"):
        if find_spec(package) is None:
            raise ModuleNotFoundError(package, name=package)
    from cjmkit.room.handle import voting_room
    from cjmkit.workshop import open_workshop

    held = voting_room(open_workshop(name, workshops, remember=False))
    held.check()
    if end:
        held.do("end")
        out.print(say("The voting room is closed."))
        return
    there, talks = held.status(), sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    if there and there["phase"] != "gone" and port not in (None, there["port"]):
        raise UsageError("The voting room is open at port {port} already. End it first.", port=there["port"])
    if host is not None:
        _known(host)
    elif there is None and talks:
        host = _chosen()
    status, links = held.start(host, port), held.links()
    if as_json:
        print(json.dumps({**{key: status[key] for key in TOLD}, **links}, ensure_ascii=False))
    else:
        _tell(name, status, links)
    if browser if browser is not None else talks:
        webbrowser.open(links["desk"])


def _known(host: str) -> None:
    """Refuse what is no address of this machine; all of them at once is none either."""
    from cjmkit.room.addresses import LOOPBACK, addresses

    own = [LOOPBACK, *(address.ip for address in addresses())]
    if host not in own:
        raise UsageError("{host} is no address of this machine. There are: {addresses}.", host=host, addresses=own)


def _chosen() -> str:
    """The address that whoever sits at the terminal chooses; this machine only is the first, and where Enter leads."""
    from cjmkit.room.addresses import LOOPBACK, addresses

    found = [(LOOPBACK, say("this machine only, no phone: to look at it, or to find the address at the desk"))]
    found += [(address.ip, address.named(say)) for address in addresses()]
    out.print(
        say(
            "By which address shall the phones come in? Take the network in which they are; the desk can test and change it."
        )
    )
    for n, (ip, words) in enumerate(found, 1):
        out.print(f"  {n}  {ip:<16} {words}", markup=False)
    chosen: int = typer.prompt(say("Number"), default=1, type=int)
    if not 1 <= chosen <= len(found):
        raise UsageError("There is no number {n}. There are 1 to {last}.", n=chosen, last=len(found))
    return found[chosen - 1][0]


def _tell(name: str, status: dict[str, Any], links: dict[str, str]) -> None:
    import segno

    code = say("code {code}", code=f"{status['code'][:4]} {status['code'][4:]}")
    address = f"http://{status['host']}:{status['port']}"
    if status["only_here"]:
        out.print(
            say("The voting room is open on this machine only: at the desk, “Test with one phone” finds the address.")
        )
    elif sys.stdout.isatty():
        with suppress(UnicodeEncodeError):  # a terminal without block signs
            segno.make(status["url"], error="m").terminal(compact=True)
    rows = [
        (say("phones"), f"{address}  {code}"),
        (say("desk, your own screen"), links["desk"]),
        (say("wall, the projector"), links["wall"]),
    ]
    width = max(cell_len(what) for what, _ in rows)  # a Chinese sign is two columns wide
    for what, where in rows:
        out.print(f"{set_cell_size(what, width)}  {where}", markup=False)
    out.print(
        say("It goes on by itself, also when this window is closed; the same command finds it again. To end it: {command}",
            command=f"cjmkit room {name} --end"), markup=False,
    )  # fmt: skip
