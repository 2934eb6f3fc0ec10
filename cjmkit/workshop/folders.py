"""Where the clients' folders are, and what each is called."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from difflib import get_close_matches
from pathlib import Path

from cjmkit.errors import NotFoundError, UsageError
from cjmkit.kit import kit_folder

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
LONGEST = 64
LETTERS = str.maketrans({"ł": "l", "Ł": "l", "ß": "ss", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae"})


def find_root(workshops: str | os.PathLike[str] | None = None) -> Path:
    """The folder that holds the clients.

    The argument, else `CJMKIT_WORKSHOPS`, else the `workshops/` of the nearest parent of the current folder
    that holds one, else the kit's own.

    >>> find_root("somewhere").name
    'somewhere'
    """
    given = workshops or os.environ.get("CJMKIT_WORKSHOPS")
    if given:
        return Path(given).expanduser().absolute()
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "workshops").is_dir():
            return parent / "workshops"
    return kit_folder() / "workshops"


def client_slug(name: str) -> str:
    """The name of a client's folder: a plain one as it is, any other as letters a-z, digits and a short hash.

    >>> client_slug("fridge"), client_slug("AGD Nord"), client_slug("../../etc")
    ('fridge', 'agd-nord-8aef53', 'etc-74ccf3')
    """
    name = unicodedata.normalize("NFC", name.strip())
    if SLUG.fullmatch(name) and len(name) <= LONGEST and name not in RESERVED:
        return name
    return f"{plain_letters(name)[: LONGEST - 20].strip('-') or 'client'}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def plain_letters(name: str) -> str:
    """A name in letters a-z, digits and hyphens; empty where it has none of them.

    >>> plain_letters("Zażółć, gęślą!"), plain_letters("安娜")
    ('zazolc-gesla', '')
    """
    plain = unicodedata.normalize("NFKD", name.translate(LETTERS)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def inside(folder: Path, name: str) -> Path:
    """The path of this name in the folder.

    Raises:
        UsageError: it leads out of the folder, through dots or through a link.
    """
    path = folder / name
    try:
        there, home = path.resolve(), folder.resolve()
        within = there != home and there.is_relative_to(home)
    except (OSError, RuntimeError, ValueError):
        within = False
    if not within:
        raise UsageError(
            "{name} leads out of the folder {folder}. Links to other places are not followed; put the files there.",
            name=repr(name), folder=str(folder),
        )  # fmt: skip
    return path


def clients(workshops: str | os.PathLike[str] | None = None, *, samples: bool = False, lost: bool = False) -> list[str]:
    """The names of all client folders, in alphabetical order.

    Args:
        workshops: the folder that holds them; see `find_root`.
        samples: with the kit's samples, which can be copied.
        lost: with the folders that hold a client's scores or reports, but whose journey is missing.

    Raises:
        NotFoundError: the folder that should hold them is not there.
    """
    root = find_root(workshops)
    if not root.is_dir():
        raise NotFoundError("There is no folder {folder}. Make it, or name another with --workshops.", folder=str(root))
    found = {p.parent.name for p in root.glob("*/journey.json")}
    if lost:
        found |= {p.parent.name for part in ("scores.csv", "build", "out") for p in root.glob(f"*/{part}")}
    if samples:
        found |= {p.parent.name for p in (kit_folder() / "workshops").glob("*/.sample")}
    return sorted(name for name in found if not name.startswith("."))


def client_folder(name: str, root: Path) -> Path:
    """The folder of the client of this name, as it stands or as its slug.

    Raises:
        NotFoundError: no such client; with the nearest names and what to do.
        UsageError: the folder leads out of the root.
    """
    there = clients(root)
    folder = name if name in there else client_slug(name)
    if folder in there:
        return inside(root, folder)
    if (root / folder).is_dir():
        raise without_journey(root / folder)
    near = get_close_matches(folder, there, n=3, cutoff=0.5)
    if near:
        raise NotFoundError(
            "There is no client {client}. Did you mean {near}? A new one is begun with: cjmkit new NAME",
            client=repr(name), near=near,
        )  # fmt: skip
    raise NotFoundError(
        "There is no client {client} in {folder}. There are: {clients}. A new one is begun with: cjmkit new NAME",
        client=repr(name), folder=str(root), clients=there[:12] or ["–"],
    )  # fmt: skip


def without_journey(folder: Path) -> NotFoundError:
    """That a client's folder holds no journey, and what to do."""
    return NotFoundError(
        "The folder {folder} has no journey.json. Put it back, or take an earlier copy from its .backup/ or versions/.",
        folder=str(folder),
    )


def last_client(root: Path) -> str | None:
    """The client opened last in this folder, if it is still there; never for reports and tests."""
    if not remembers(root):
        return None
    try:
        name = (root / ".last").read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name in clients(root) else None


def remembers(root: Path) -> bool:
    """Whether the client opened last counts here: not in the kit's own folder, nor for reports and tests."""
    unattended = ("CJMKIT_NO_LAST", "PYTEST_CURRENT_TEST", "PYTEST_VERSION")
    return not any(os.environ.get(name) for name in unattended) and not is_packed(root)


def is_packed(root: Path) -> bool:
    """Whether this is the folder of samples inside an installed package, where no client should be kept."""
    return root.resolve().parent.name == "_kit"
