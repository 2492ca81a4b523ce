"""Categories of real feeds. The files are not part of the project."""

from __future__ import annotations

import csv
import gzip
import html
import io
import lzma
import re
from collections.abc import Iterator

from epg_ingest.genres.genre import genre_of

from tests.helpers.paths import FEEDS
from tests.helpers.support import require

WORDS = FEEDS.parent / "rules" / "categories-dev.tsv"
_PARTS = re.compile(rb"<category[^>]*>([^<]+)<|(</programme>)")
#: of the large feeds, the first megabytes are as good as the whole
_ENOUGH = 4_000_000


def test_most_labelled_words_have_their_class() -> None:
    require(WORDS.is_file(), "there are no labelled categories beside the real feeds of $EPG_FEEDS")
    uses = right = 0
    with WORDS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["nibble1"] != "-":
                genre = genre_of([row["word"]])
                uses += int(row["count"])
                right += int(row["count"]) * (genre is not None and f"{genre.level1:X}" == row["nibble1"])
    assert right > 0.97 * uses


def test_most_programmes_with_a_category_have_a_genre() -> None:
    paths = sorted(FEEDS.glob("*.xml*")) + sorted((FEEDS / "same-week").glob("*.xml*"))
    require(paths, "there are no real feeds in $EPG_FEEDS")
    given = found = 0
    for path in paths:
        for categories in programmes(path.read_bytes()):
            given += 1
            found += genre_of(categories) is not None
    assert given > 30_000
    assert found > 0.85 * given


def programmes(body: bytes) -> Iterator[list[str]]:
    """The categories of each programme that has some."""
    if body.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as unpacked:
            body = unpacked.read(_ENOUGH)
    elif body.startswith(b"\xfd7zXZ"):
        body = lzma.decompress(body)
    categories: list[str] = []
    for category, end in _PARTS.findall(body[:_ENOUGH]):
        if end:
            if categories:
                yield categories
            categories = []
        else:
            categories.append(html.unescape(category.decode("utf-8", "replace")))
