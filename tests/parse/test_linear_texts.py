"""Whatever texts a feed holds, the time to read them grows with their length and no faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from epg_ingest.core.languages import chosen
from epg_ingest.core.text_bounds import Cut, one_line
from epg_ingest.parse.episodes import derive
from epg_ingest.parse.repair.double_encoding import repaired
from epg_ingest.unpack.character_encoding import mend_characters

START = "<programme x='1'><title>"


def repair(text: str) -> bytes:
    return repaired((START + text).encode(), "utf-8")


def mend(raw: bytes) -> bytes:
    return mend_characters(raw, "utf-8")


HOSTILE: dict[str, Callable[[int], Any]] = {
    "first halves": lambda n: repair("Ã" * n),
    "words encoded twice": lambda n: repair("Ã\xad " * n),
    "two of three bytes": lambda n: repair("â€" * n),
    "right and wrong words": lambda n: repair("é“ Ã\xad " * n),
    "escaped": lambda n: repair("&amp;" * n),
    "escaped twice": lambda n: repair("&amp;amp;" * n),
    "tags that do not end": lambda n: repair("é&amp;" + "<" * n),
    "sections in a section": lambda n: repair("é" + "<![CDATA[" * n + "]]>"),
    "sections that do not end": lambda n: mend(b"<![CDATA[&#146;" * n),
    "halves of surrogates": lambda n: mend(b"\xed\xa0\xbd" * n),
    "C1 controls": lambda n: mend(b"\xc2\x92" * n),
    "references that do not end": lambda n: mend(b"&#000000" * n + b"&#146;"),
    "episodes": lambda n: derive([("onscreen", "Season 1 ")] * n + [("xmltv_ns", "1-" * n)]),
    "line breaks": lambda n: one_line(" " * n + "\n" * n),
    "entries": lambda n: Cut().details({"keyword": [{"text": "x"}] * n}),
    "languages": lambda n: chosen([("x", f"a{i}") for i in range(n)], ("en-GB-a-b-c", "fr")),
}


def seconds(work: Callable[[int], Any], size: int, times: int = 3) -> float:
    """The shortest of some measurements: other work on the machine only makes them longer."""
    found = []
    for _ in range(times):
        begin = time.process_time()
        work(size)
        found.append(time.process_time() - begin)
    return min(found)


@pytest.mark.alone
@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_as_the_text_does(name: str) -> None:
    work, size = HOSTILE[name], 10_000
    while seconds(work, size, 1) < 0.01:
        size *= 2
    # Doubled three times, because one step may be where the memory of the processor ends. What grows with the square takes 64
    # times as long.
    assert any(seconds(work, 8 * size) <= 2.3**3 * seconds(work, size) for _ in range(3))
