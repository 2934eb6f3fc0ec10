"""Pictures in a client's folder: real ones, small ones, inside the folder."""

import base64
import os

import pytest

from cjmkit.errors import InputError, StorageError
from cjmkit.workshop import new_workshop, open_workshop
from cjmkit.workshop.images import read_image

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
JPEG, WEBP = b"\xff\xd8\xff\xe0" + b"x" * 20, b"RIFF\x10\x00\x00\x00WEBPVP8 "


@pytest.mark.parametrize(("content", "end"), [(PNG, "png"), (JPEG, "jpeg"), (WEBP, "webp")])
def test_a_picture_is_kept_under_its_name_and_its_content(workshops, content, end):
    ws = open_workshop("fridge")
    place = ws.keep_image("Zdjęcie Anny.gif", content)
    assert place.startswith("images/zdjecie-anny-")
    assert place.endswith(f".{end}")
    assert ws.image(place) == content == (ws.folder / place).read_bytes()
    assert ws.keep_image("Zdjęcie Anny.gif", content) == place
    assert [p.name for p in (ws.folder / "images").iterdir()] == [place.split("/")[1]]


@pytest.mark.parametrize("content", [b"", b"<svg onload='x()'/>", b"MZ" + PNG, b"GIF89a....", b"RIFF0000WAVE"])
def test_what_is_no_picture_is_refused_whatever_its_name(workshops, content):
    ws = open_workshop("fridge")
    with pytest.raises(InputError, match=r"anna\.png is no PNG, JPEG or WebP picture"):
        ws.keep_image("anna.png", content)
    assert not (ws.folder / "images").exists()


def test_a_picture_of_more_than_five_megabytes_is_refused(workshops):
    ws = open_workshop("fridge")
    with pytest.raises(InputError, match="larger than 5 MB"):
        ws.keep_image("anna.png", PNG + b"x" * 5 * 2**20)


@pytest.mark.parametrize("name", ["../../anna.png", "..\\..\\anna.png", "/etc/passwd", ".", "", "安娜.png", "x" * 500])
def test_a_picture_stays_inside_whatever_it_is_called(workshops, name):
    ws = open_workshop("fridge")
    place = ws.keep_image(name, PNG)
    assert (ws.folder / place).resolve().parent == (ws.folder / "images").resolve()


def test_nothing_but_a_picture_of_this_client_is_handed_out(workshops):
    ws = open_workshop("fridge")
    kept = ws.keep_image("anna.png", PNG)
    (ws.folder / "images" / "notes.png").write_text("no picture")
    outside = workshops / "outside.png"
    outside.write_bytes(PNG)
    os.symlink(outside, ws.folder / "images" / "link.png")
    for image in ("journey.json", "../outside.png", "images/../../outside.png", "images/notes.png", "images/link.png",
                  "images/none.png", "images/", str(outside)):  # fmt: skip
        assert ws.image(image) is None, image
    assert read_image(ws.folder, kept) == PNG


def test_a_folder_of_pictures_that_leads_elsewhere_is_not_followed(workshops, tmp_path):
    ws = open_workshop("fridge")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "anna.png").write_bytes(PNG)
    os.symlink(tmp_path / "elsewhere", ws.folder / "images")
    assert ws.image("images/anna.png") is None
    with pytest.raises(Exception, match="leads out of the folder"):
        ws.keep_image("bob.png", PNG)


def test_a_sample_takes_no_picture(workshops):
    ws = open_workshop("fridge")
    (ws.folder / ".sample").touch()
    with pytest.raises(StorageError, match="is a sample"):
        ws.keep_image("anna.png", PNG)


def test_a_copy_of_a_client_has_its_pictures(workshops):
    ws = open_workshop("fridge")
    place = ws.keep_image("anna.png", PNG)
    assert new_workshop("second", source="fridge").image(place) == PNG


def test_a_report_is_made_from_the_personas_pictures_and_notes_them(workshops):
    from cjmkit.runs.manifest import inputs
    from cjmkit.runs.opening import report_of

    ws = open_workshop("fridge")
    place = ws.keep_image("anna.png", PNG)
    first, *rest = ws.journey.personas
    ws.save(
        personas=[first.model_copy(update={"image": place}), *(p.model_copy(update={"image": "../x"}) for p in rest)]
    )
    assert report_of(ws).images == {place: PNG}
    assert place in inputs(ws)
    assert "../x" not in inputs(ws)
