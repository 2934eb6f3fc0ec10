"""Whatever a file says, however it is packed: for the tests that something must not be said anywhere."""

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator

EMBEDDED = re.compile(r"base64,[A-Za-z0-9+/=]+")


def texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a file with its place: the parts of archives and workbooks within them, a PDF's pages and properties."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                yield f"{name}!names", part.filename
                yield from texts(f"{name}!{part.filename}", archive.read(part))
    elif content.startswith(b"%PDF"):
        yield name, content.decode("latin-1")
        yield from pdf_texts(name, content)
    else:
        text = EMBEDDED.sub("", content.decode("utf-8", "replace"))
        yield name, text
        yield name, html.unescape(re.sub(r"<[^>]*>", " ", text))
        if "utf-16" in text[:200].lower() or b"\0" in content[:200]:
            yield name, content.decode("utf-16", "replace")


def pdf_texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    yield f"{name}!properties", " ".join(document.get_metadata_dict().values())
    for n, page in enumerate(document, 1):
        yield f"{name}!page {n}", page.get_textpage().get_text_bounded()


def holds(name: str, content: bytes, words: Iterable[str]) -> list[tuple[str, str]]:
    """Which of these words stand where in a file, each as a word of its own."""
    found = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)
    return [(place, hit[0]) for place, text in texts(name, content) for hit in found.finditer(text)]
