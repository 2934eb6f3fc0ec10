"""A journey from its own JSON format, the content of a `journey.json`."""

from __future__ import annotations

from cjmkit.errors import InputError
from cjmkit.exchange.text import LARGEST, Source, read_bytes
from cjmkit.journey import Journey


def read_journey(source: Source) -> Journey:
    """The journey in a JSON file of the kit's own format.

    Args:
        source: the file, or its bytes; at most 50 MB, UTF-8.

    Raises:
        InputError: it is too large, or no UTF-8 text.
        JourneyError: it is no journey; all its faults at once.
        NotFoundError: there is no such file.

    >>> read_journey(b'{"client": "AGD Nord"}').client
    'AGD Nord'
    """
    return Journey.from_json(read_utf8(source)[0])


def read_utf8(source: Source, largest: int = LARGEST) -> tuple[str, str]:
    """The text of a file in UTF-8, and the name to call it by; raises like `cjmkit.exchange.text.read_bytes`.

    >>> read_utf8("ó".encode("utf-8-sig"))
    ('ó', 'file')
    """
    data, file = read_bytes(source, largest)
    try:
        return data.decode("utf-8-sig"), file
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("{file}, line {line}: is not UTF-8 text.", file=file, line=line) from None
