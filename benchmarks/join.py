"""One large file from the three large real feeds, and variants of it. The feeds are not part of the project.

python benchmarks/join.py OUT [reordered|changed]

The folder of the feeds is `EPG_FEEDS`, or `../shared/xmltv` beside the checkout. Each feed gives what lies
between its <tv> and </tv>, line by line, as `sed -e '1,/<tv[ >]/d' -e '/<\\/tv>/d'` would.
"""

from __future__ import annotations

import gzip
import os
import re
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from random import Random

from benchmarks.generate import RUN, runs

NAMES = ("repopixel-large-dups", "epgshare-plex1-large", "epgshare-ca1-large")
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "xmltv"
OPENING = re.compile(rb"<tv[ >]")
PROGRAMME = re.compile(rb"[ \t]*<programme\b.*?</programme>[ \t]*\r?\n?", re.DOTALL)
CHANNEL = re.compile(rb'\bchannel="([^"]*)"')


def feeds_folder() -> Path | None:
    """The folder of the real feeds, or None when it is not there or not complete."""
    folder = Path(os.environ.get("EPG_FEEDS") or DEFAULT_FOLDER)
    return folder if all((folder / f"{name}.xml.gz").is_file() for name in NAMES) else None


def join(folder: Path, out: Path) -> int:
    """Write the joined feed to `out` and return its size in bytes."""
    with out.open("wb") as file:
        size = file.write(b"<tv>\n")
        for line in chain.from_iterable(inner_lines(folder / f"{name}.xml.gz") for name in NAMES):
            size += file.write(line)
        return size + file.write(b"</tv>\n")


def inner_lines(feed: Path) -> Iterator[bytes]:
    """The lines after the one that opens <tv>, without those that close it.

    Like sed's, the search for the opening starts on the second line.
    """
    with gzip.open(feed) as lines:
        for number, line in enumerate(lines):
            if number and OPENING.search(line):
                break
        yield from (line for line in lines if b"</tv>" not in line)


def reordered(feed: bytes, seed: int = 1) -> bytes:
    """The same elements with another generator date and the programmes of the channels in another order.

    Within a channel the order stays, because the later of two programmes with the same start wins.
    """
    head = PROGRAMME.sub(b"", feed)
    groups = grouped(PROGRAMME.findall(feed))
    keys = list(groups)
    Random(seed).shuffle(keys)
    body = b"".join(chain.from_iterable(groups[key] for key in keys))
    head = head.replace(b"<tv>", b'<tv date="20260102000000 +0000">', 1)
    return head.replace(b"</tv>", body + b"</tv>")


def grouped(programmes: list[bytes]) -> dict[bytes, list[bytes]]:
    groups: dict[bytes, list[bytes]] = {}
    for programme in programmes:
        found = CHANNEL.search(programme)
        groups.setdefault(found[1] if found else b"", []).append(programme)
    return groups


def changed(feed: bytes, share: float = 0.05, seed: int = 1, run: int = RUN) -> bytes:
    """`share` of the programmes with a longer title, in runs as `generate.runs` says."""
    flags = runs(Random(seed), share, run)

    def change(match: re.Match[bytes]) -> bytes:
        return match[0].replace(b"</title>", b", again</title>", 1) if next(flags) else match[0]

    return PROGRAMME.sub(change, feed)


def scattered(feed: bytes) -> bytes:
    """The same share, one programme here and there."""
    return changed(feed, run=1)


VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    "reordered": reordered,
    "changed": changed,
    "scattered": scattered,
}


def main(out: Path, variant: str = "") -> int:
    folder = feeds_folder()
    if folder is None:
        print(
            f"the real feeds are not there; set EPG_FEEDS to the folder of {', '.join(NAMES)}",
            file=sys.stderr,
        )
        return 1
    join(folder, out)
    if variant:
        out.write_bytes(VARIANTS[variant](out.read_bytes()))
    print(f"{out}: {out.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:3]))
