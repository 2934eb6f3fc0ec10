"""A log that is delimited text: its encoding, its delimiter, its rows, however long it is."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import duckdb

from cjmkit.errors import N_, Fault, InputError
from cjmkit.exchange.event_engine import asked, engine
from cjmkit.exchange.event_tables import PIECE, Raw, Rows, Table, checked, hashed, scan, written
from cjmkit.exchange.text import LARGEST, LONGEST_LINE, NO_TEXT, decoded, delimiter_of, first_of, text_rows


def text_table(raw: Raw) -> Table:
    look = _look(raw)
    with raw.path.open("rb") as stream:
        head = stream.read(LARGEST if not look.utf8 else 2**20)
    whole = len(head) == raw.size
    head = head if whole else head[: head.rfind(b"\n") + 1] or head
    encoding, text, warnings = (
        ("utf-8-sig", head.decode("utf-8-sig", "ignore"), []) if look.utf8 else decoded(head, raw.file)
    )
    if not look.utf8 and encoding == "utf-8-sig":
        raise InputError("{file} is UTF-8 in its beginning, then broken or cut off. Export it again.", file=raw.file)
    delimiter, skip = delimiter_of(text)
    del head
    with raw.path.open("rb") as stream:
        lines = text_rows(stream, encoding, delimiter, raw.file)
        try:
            if skip:
                next(lines)
            first, headings = next(((n, cells) for n, cells in lines if any(cells)), (0, []))
            headings = checked([name.strip() for name in headings], raw.file)
            if first == 1 and not raw.most and look.plain and encoding == "utf-8-sig" and delimiter != " ":
                table = _scanned(raw, headings, delimiter, look)
                if table is not None:
                    return table
            return written(raw, headings, _fitted(lines, headings, raw.file, warnings), warnings)
        except UnicodeError:
            raise InputError(NO_TEXT, file=raw.file) from None


@dataclass
class Look:
    """What the bytes of a text file say: whether they are UTF-8, and whether each line is sure to be a row."""

    utf8: bool = True
    lines: int = 0
    returns: int = 0
    quotes: int = 0
    ended: bool = True
    size: int = 0

    @property
    def plain(self) -> bool:
        return self.utf8 and self.returns in (0, self.lines) and (not self.quotes or self.size > LARGEST)


def _look(raw: Raw) -> Look:
    look = Look(size=raw.size)
    decoder = codecs.getincrementaldecoder("utf-8")()
    zeros = False
    with raw.path.open("rb") as stream:
        while piece := stream.read(PIECE):
            look.lines += piece.count(b"\n")
            look.returns += piece.count(b"\r")
            look.quotes += piece.count(b'"')
            look.ended = piece.endswith(b"\n")
            zeros = zeros or b"\0" in piece
            if look.utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    look.utf8 = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        look.utf8 = False
    if zeros and not raw.head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(NO_TEXT, file=raw.file)
    return look


def _fitted(lines: Rows, headings: list[str], file: str, warnings: list[Fault]) -> Rows:
    """The rows as wide as the heading: shorter ones filled up, a few longer ones left out, both told."""
    width, rows = len(headings), 0
    short: list[int] = []
    long: list[int] = []
    n_short = n_long = 0
    for line, cells in lines:
        if not any(cells):
            continue
        rows += 1
        if any(cells[width:]):
            n_long += 1
            long = long if len(long) > 10 else [*long, line]
            continue
        if len(cells) < width:
            n_short += 1
            short = short if len(short) > 10 else [*short, line]
        yield line, [*cells[:width], *[""] * (width - len(cells))]
    if n_long * 100 > rows:
        sentence = N_("{file}: these lines have more cells than the heading ({width}): {lines}. Is a cell unquoted?")
        raise InputError(sentence, file=file, width=width, lines=first_of(long))
    if n_long:
        sentence = N_("rows with more cells than the heading, left out ({n} in all): lines {lines}")
        warnings.append(Fault(file, sentence, {"n": n_long, "lines": first_of(long)}))
    if n_short:
        sentence = N_("rows with fewer cells than the heading, their rest left empty ({n} in all): lines {lines}")
        warnings.append(Fault(file, sentence, {"n": n_short, "lines": first_of(short)}))


def _scanned(raw: Raw, headings: list[str], delimiter: str, look: Look) -> Table | None:
    """The rows as the engine itself reads them; None where they are not as many as the lines, or it stumbled."""
    connection = engine(raw.path, size=raw.size)
    try:
        names = [f"c{i}" for i in range(len(headings))]
        scan(
            connection,
            raw.path,
            delimiter,
            '"' if look.quotes else "",
            names,
            hashed(headings),
            f", header = true, max_line_size = {LONGEST_LINE}",
        )
    except duckdb.Error:
        return None
    rows = asked(connection, "SELECT count(*) FROM raw")[0][0]
    if rows != look.lines - look.ended:
        return None
    connection.execute("ALTER TABLE raw RENAME TO scanned")
    connection.execute("CREATE VIEW raw AS SELECT rowid + 2 AS line, * FROM scanned")
    return Table(connection, headings, rows, raw.file)
