"""What becomes of the bytes that a server sent as a picture."""

from __future__ import annotations

import gzip
from io import BytesIO
from typing import Any

import pytest
from epg_ingest.logos.logo_picture import MOST_BYTES, UnusablePicture, pictures
from epg_ingest.logos.logo_state import SIZES
from PIL import Image

from tests.logos.example_pictures import HTML, SVG, bomb, decoded, picture


@pytest.mark.parametrize(
    ("kind", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "png"), ("WEBP", "png")]
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_four_formats_become_small_pictures(kind: str, ending: str, wrapped: bool) -> None:
    body = picture(kind, (800, 200), lossless=True) if kind == "WEBP" else picture(kind, (800, 200))
    found, made = pictures(gzip.compress(body) if wrapped else body)
    assert (found, tuple(made)) == (ending, SIZES)
    shapes = {size: decoded(small).size for size, small in made.items()}
    assert shapes == {96: (96, 24), 192: (192, 48), 384: (384, 96)}
    assert all(
        abs(a - b) < 6
        for a, b in zip(decoded(made[96]).convert("RGB").getpixel((40, 10)), (255, 0, 0), strict=True)
    )


def test_a_small_picture_is_not_enlarged() -> None:
    _, made = pictures(picture(size=(50, 40)))
    assert {decoded(small).size for small in made.values()} == {(50, 40)}


@pytest.mark.parametrize(
    ("mode", "colour", "options", "expected"),
    [
        ("RGBA", (0, 0, 255, 0), {}, (0, 0, 255, 0)),
        ("LA", (255, 128), {}, (255, 255, 255, 128)),
        ("P", 0, {"transparency": 0}, None),
        ("1", 1, {}, (255, 255, 255)),
        ("L", 90, {}, (90, 90, 90)),
        ("I;16", 40_000, {}, (156, 156, 156)),
    ],
)
def test_colours_and_transparency_stay(mode: str, colour: Any, options: dict, expected: Any) -> None:
    _, made = pictures(picture("PNG", (64, 64), colour, mode, **options))
    image = decoded(made[96])
    if expected is None:
        assert image.getpixel((5, 5))[3] == 0
    else:
        assert image.getpixel((5, 5)) == expected


def test_cmyk_and_orientation_of_photos() -> None:
    _, made = pictures(picture("JPEG", (64, 32), (0, 255, 255, 0), "CMYK"))
    assert decoded(made[96]).mode == "RGB"
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    _, made = pictures(picture("JPEG", (64, 32), exif=exif))
    assert decoded(made[96]).size == (32, 64)
    assert not decoded(made[96]).getexif()


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("lime", "blue", "red")]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    _, made = pictures(out.getvalue())
    image = decoded(made[96])
    assert (getattr(image, "n_frames", 1), image.convert("RGB").getpixel((3, 3))) == (1, (0, 255, 0))


def test_what_else_is_in_the_file_stays_behind() -> None:
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Comment", "<script>alert(1)</script>")
    _, made = pictures(picture(pnginfo=text) + b"<script>alert(2)</script>")
    assert all(b"script" not in small for small in made.values())


REFUSED = {
    "nothing": (b"", "format"),
    "HTML": (HTML, "format"),
    "SVG": (SVG, "format"),
    "packed SVG": (gzip.compress(SVG), "format"),
    "BMP": (b"BM" + bytes(100), "format"),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0", "format"),
    "HTML that begins as PNG": (b"\x89PNG\r\n\x1a\n" + HTML, "broken"),
    "GIF without anything": (b"GIF89a", "broken"),
    "WebP without anything": (b"RIFF\0\0\0\0WEBPVP8 " + bytes(30), "broken"),
    "HTML that begins as JPEG": (b"\xff\xd8\xff" + HTML, "broken"),
    "half of a PNG": (picture(size=(300, 300))[:200], "broken"),
    "half of a JPEG": (picture("JPEG", (300, 300))[:400], "broken"),
    "a bomb": (bomb(60_000, 60_000), "pixels"),
    "the largest bomb": (bomb(2**31 - 1, 2**31 - 1), "pixels"),
    "a row too many": (bomb(4_096, 4_097), "pixels"),
    "many pixels that never come": (bomb(4_096, 4_096), "broken"),
    "one pixel": (picture(size=(1, 1)), "small"),
    "a line": (picture("GIF", (200, 3)), "small"),
    "a packed bomb": (gzip.compress(bytes(MOST_BYTES + 1)), "toolarge"),
    "half of a packed PNG": (gzip.compress(picture(size=(300, 300)))[:60], "broken"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused(name: str) -> None:
    body, code = REFUSED[name]
    with pytest.raises(UnusablePicture) as caught:
        pictures(body)
    assert caught.value.code == code
