"""The site's own static files: their addresses, which name their content, and the files themselves, read and gzipped once.

All addresses begin with one *edition*, a hash over every file. A file imports another by its relative address, so both come
from the same edition, and a browser may keep them for good.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "static"
#: the style sheet that is all of `css/`, so that a page asks for one
SITE = "site.css"
#: the sheets of `css/` that others build on, in this order; the rest follows by name
FIRST = ("tokens.css", "base.css")
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
#: comments are for those who read the files: anywhere in a sheet, and as whole lines of a script
COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
LINES = re.compile(rb"^[ \t]*(?://[^\n]*|/\*.*?\*/[ \t]*)\n", re.DOTALL | re.MULTILINE)
#: letters of the edition in an address
LETTERS = 12
#: gzip's best: each file is compressed once in the life of a process
BEST = 9


@dataclass(frozen=True)
class StaticFile:
    """`gzipped` is None where compression saves nothing, as for pictures."""

    body: bytes
    content_type: str
    gzipped: bytes | None


@lru_cache(maxsize=1)
def files() -> dict[str, StaticFile]:
    """Every file that has an address, by its path below `static`."""
    found = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }
    found |= {name: LINES.sub(b"", body) for name, body in found.items() if name.endswith(".js")}
    return {name: made(name, body) for name, body in {**found, SITE: together(found)}.items()}


def made(name: str, body: bytes) -> StaticFile:
    gzipped = gzip.compress(body, BEST, mtime=0)
    smaller = gzipped if len(gzipped) < len(body) else None
    return StaticFile(body, TYPES[Path(name).suffix], smaller)


def together(found: dict[str, bytes]) -> bytes:
    """The sheets of `css/` as one."""
    names = [name.removeprefix("css/") for name in found if name.startswith("css/")]
    ordered = [*FIRST, *sorted(set(names) - set(FIRST))]
    return COMMENT.sub(b"", b"\n".join(found[f"css/{name}"] for name in ordered))


@lru_cache(maxsize=1)
def edition() -> str:
    """The hash over names and contents, as it stands in addresses."""
    digest = hashlib.sha256()
    for name, file in files().items():
        digest.update(f"{name}\0{len(file.body)}\0".encode())
        digest.update(file.body)
    return digest.hexdigest()[:LETTERS]


def address_of(name: str) -> str:
    """`/static/EDITION/NAME`, without `base_url`. Raises KeyError for a file that does not exist."""
    if name not in files():
        raise KeyError(f"there is no static file {name!r}")
    return f"/static/{edition()}/{name}"
