"""Whatever texts a feed holds, the time to read them grows with their length and no faster."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from epg_ingest.core.languages import chosen
from epg_ingest.core.text_bounds import Cut, one_line
from epg_ingest.parse.episodes import derive
from epg_ingest.parse.text_repair import repaired
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


def seconds(work: Callable[[int], Any], size: int) -> float:
    begin = time.process_time()
    work(size)
    return time.process_time() - begin


@pytest.mark.alone
@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_text_takes_twice_the_time(name: str) -> None:
    work, size = HOSTILE[name], 20_000
    while seconds(work, size) < 0.05:
        size *= 2
    # Other work on the machine disturbs a measurement; what grows faster is four times slower each time.
    assert any(seconds(work, 2 * size) <= 2.3 * seconds(work, size) for _ in range(5))
