"""Which release this is: the version for people, and a stamp that every change of the code changes."""

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
#: files that answers depend on, by the end of their name
KINDS = ("py", "sql", "po")


def version() -> str:
    """The version of the installed package `epg_ingest`, `unknown` without it."""
    try:
        from epg_ingest import __version__
    except ImportError:
        return "unknown"
    return __version__


@cache
def code_stamp() -> str:
    """Part of every ETag, so that no client keeps an answer that another release of the code would give differently."""
    return stamp_of_files(PACKAGE, version())


def stamp_of_files(package: Path, release: str) -> str:
    """Six hexadecimal digits of the code, statements and catalogues below `package`, and of `release`.

    The version of `epg_ingest` counts because some answers are its work: suggested mappings, XMLTV, iCalendar.
    """
    files = sorted(path for kind in KINDS for path in package.rglob(f"*.{kind}"))
    content = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(release.encode() + b"\n" + content).hexdigest()[:6]
