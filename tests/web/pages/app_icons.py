"""Draws the icons of the installed site in the sizes that systems ask for, from the shapes of `static/icons/icon.svg`.

`PYTHONPATH=.:ingest python -m tests.web.pages.app_icons static/icons` makes them again.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw

#: file, pixels, whether the picture reaches to the edges, because systems cut their own shape out of it
ICONS = (
    ("icon-192.png", 192, False),
    ("icon-512.png", 512, False),
    ("maskable-512.png", 512, True),
    ("touch-180.png", 180, True),
)
#: drawn so many times larger, then made smaller: smooth edges
FINER = 4
WHOLE = 512
TOP, FOOT = (0x1F, 0x6F, 0xC4), (0x66, 0x47, 0xC4)
_RECT = re.compile(
    r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" rx="(\d+)"(?: fill="#([0-9a-f]{6})")?(?: opacity="([0-9.]+)")?/>'
)


def shapes(svg: str) -> list[tuple[list[int], int, tuple[int, int, int, int]]]:
    """Box, radius and colour of each rectangle in the picture; white unless it has a colour."""
    found = []
    for x, y, width, height, radius, colour, opacity in _RECT.findall(svg):
        left, top = int(x), int(y)
        red, green, blue = bytes.fromhex(colour or "ffffff")
        box = [left, top, left + int(width), top + int(height)]
        found.append((box, int(radius), (red, green, blue, round(255 * float(opacity or 1)))))
    return found


def draw(svg: str, size: int, whole: bool) -> Image.Image:
    """The picture with `size` pixels on each side; `whole` without round corners."""
    fine = WHOLE * FINER
    ground = Image.linear_gradient("L").resize((fine, fine))
    slope = ImageChops.blend(ground, ground.rotate(90), 0.5)
    picture = Image.composite(
        Image.new("RGB", (fine, fine), FOOT), Image.new("RGB", (fine, fine), TOP), slope
    ).convert("RGBA")
    for box, radius, colour in shapes(svg):
        layer = Image.new("RGBA", (fine, fine), (*colour[:3], 0))
        ImageDraw.Draw(layer).rounded_rectangle([side * FINER for side in box], radius * FINER, fill=colour)
        picture = Image.alpha_composite(picture, layer)
    if not whole:
        mask = Image.new("L", (fine, fine), 0)
        ImageDraw.Draw(mask).rounded_rectangle([0, 0, fine - 1, fine - 1], 116 * FINER, fill=255)
        picture.putalpha(mask)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def make(folder: Path) -> None:
    svg = (folder / "icon.svg").read_text(encoding="utf-8")
    for name, size, whole in ICONS:
        found = draw(svg, size, whole)
        (found.convert("RGB") if whole else found).save(folder / name, optimize=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
