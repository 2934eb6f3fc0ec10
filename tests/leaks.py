"""Whatever a file says, however it is packed: for the tests that something must not be said anywhere."""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator

EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)


def texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a file with its place: parts of archives and of workbooks within them, a PDF's pages, streams and properties."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield f"{name}!comment", archive.comment.decode("utf-8", "replace")
            for part in archive.infolist():
                yield f"{name}!names", part.filename
                yield from texts(f"{name}!{part.filename}", archive.read(part))
    elif content.startswith(b"%PDF"):
        yield from _pdf(name, content)
    elif content.startswith(b"\x89PNG"):
        yield from _png(name, content)
    else:
        for codec in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8",):
            text = EMBEDDED.sub("", content.decode(codec, "replace"))
            yield name, text
            yield name, html.unescape(text)
            yield name, html.unescape(re.sub(r"<[^>]*>", "", text))  # runs of one word may be marked up apart


def _pdf(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    import pypdfium2

    yield f"{name}!outside of streams", STREAM.sub(b"", content).decode("utf-8", "replace")
    for n, stream in enumerate(STREAM.findall(content)):
        try:
            stream = zlib.decompress(stream)
        except zlib.error:
            continue  # a picture or letters
        yield f"{name}!stream {n}", stream.decode("utf-8", "replace")
    document = pypdfium2.PdfDocument(content)
    yield f"{name}!properties", " ".join(document.get_metadata_dict().values())
    for n, page in enumerate(document, 1):
        yield f"{name}!page {n}", page.get_textpage().get_text_bounded()


def _png(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    at = 8
    while at < len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if kind != b"IDAT":
            yield f"{name}!{kind.decode('latin-1')}", content[at + 8 : at + 8 + size].decode("utf-8", "replace")
        at += 12 + size


def holds(name: str, content: bytes, words: Iterable[str], *, whole: bool = True) -> list[tuple[str, str]]:
    """Which of these words stand where in a file, as words of their own or anywhere."""
    ends = (r"(?<!\w)", r"(?!\w)") if whole else ("", "")
    found = re.compile("|".join(f"{ends[0]}{re.escape(word)}{ends[1]}" for word in words), re.IGNORECASE)
    return [(place, hit[0]) for place, text in texts(name, content) for hit in found.finditer(text)]
