"""Real feeds from which a substitution ate tags: each programme keeps channel, start, stop and title.

The feeds are those of `tests/pipeline/test_real_feeds.py`. Without them one feed is made here.
"""

from __future__ import annotations

import gzip
import lzma
import re

import pytest

from tests.helpers.paths import FEEDS
from tests.helpers.support import HOUR, NOON, feed, show
from tests.parse.feed_reader import Show, read

pytestmark = pytest.mark.slow

#: what `sed` did to the feed; `(?m)` and `$` as there, for each line
SUBSTITUTIONS = [
    (b"</desc>", b""),
    (b"</category>", b""),
    (b"</(?:desc|category|sub-title|date|language|actor|director|value|rating|credits)>", b""),
    (b"</(?:desc|category|date)>$", b""),
    (b"<desc[^>]*>", b""),
    (b"<(?:category|date|credits|actor)[^>/]*>", b""),
    (rb"</desc>\s*<(?:date|category|credits|rating|episode-num|length)[^>]*>", b" "),
    (b"</title>", b""),
    (b"</title>$", b"</titel>"),
    (b"</programme>", b""),
    (b'(start="[^"]*)"', rb"\1"),
    (b'" stop=', b'"stop='),
    (b'" channel=', b"', channel="),
    (b"<desc", b"<DESC"),
]
NAMES = [
    "made here",
    "dst-change-day.xml",
    "pearl-hk-no-stop.xml",
    "vinabil-many-offsets.xml.xz",
    "kazer-fr-remote-dtd.xml",
]


INNER = """
    <sub-title>Part</sub-title>
    <desc>Two lines
of text.</desc>
    <credits>
      <director>D</director>
      <actor>A</actor>
    </credits>
    <date>2016</date>
    <category>Drama</category>
    <category>News</category>
    <rating>
      <value>12</value>
    </rating>
"""


def made() -> bytes:
    """A feed with one element a line, as most feeds have it."""
    times = [NOON + n * HOUR for n in range(72)]
    shows = [show("one", start, start + HOUR, f"Show {n}", INNER) for n, start in enumerate(times)]
    return feed([text.replace("<title>", "\n    <title>") for text in shows], [("one", "One")])


def body_of(name: str) -> bytes:
    if name == "made here":
        return made()
    if not (FEEDS / name).is_file():
        pytest.skip(f"the feed {name} is not beside the checkout; EPG_FEEDS may name its folder")
    body = (FEEDS / name).read_bytes()
    return (
        lzma.decompress(body)
        if name.endswith(".xz")
        else gzip.decompress(body)
        if name.endswith(".gz")
        else body
    )


def thinned(body: bytes) -> bytes:
    """The feed; of a large one, about four hundred programmes from all of it."""
    head, *rest = body.split(b"<programme")
    step = max(1, len(rest) // 400)
    chosen = rest[:-1][::step]
    return b"<programme".join([head, *chosen, rest[-1]])


@pytest.fixture(scope="module", params=NAMES)
def whole(request: pytest.FixtureRequest) -> tuple[bytes, list[Show]]:
    body = thinned(body_of(request.param))
    return body, read(body)


@pytest.mark.parametrize(("pattern", "to"), SUBSTITUTIONS)
def test_no_substitution_costs_a_programme(
    whole: tuple[bytes, list[Show]], pattern: bytes, to: bytes
) -> None:
    body, shows = whole
    damaged, count = re.subn(b"(?m)" + pattern, to, body)
    found = read(damaged)
    assert [row[:4] for row in found] == [row[:4] for row in shows]
    assert count == 0 or damaged != body


def test_of_a_description_without_its_end_tag_the_text_is_the_same() -> None:
    shows = read(made())
    assert shows[0] == ("one", NOON, NOON + HOUR, "Show 0", "Two lines\nof text.")
    assert read(made().replace(b"</desc>", b"")) == shows
    assert read(re.sub(rb"</(?!programme|channel|tv)[a-z-]*>(?=\n)", b"", made())) == shows
