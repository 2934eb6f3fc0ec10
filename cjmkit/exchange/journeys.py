"""A journey from its own JSON format, the content of a `journey.json`."""

from __future__ import annotations

from cjmkit.errors import InputError
from cjmkit.exchange.text import Source, read_bytes
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
    data, file = read_bytes(source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError("{file}, line {line}: is not UTF-8 text.", file=file, line=line) from None
    return Journey.from_json(text)
