"""The columns of the staging tables: what the parsers give and the merge takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xxhash import xxh3_64_intdigest

#: The columns of a staged row: an element of the feed, its place in the feed (`seq`, from 1), the feed's channel id, start and
#: stop (epoch seconds), whether its start came without an offset (0 or 1), the hash of its bytes, the id of its content, and
#: the hash of that (`content_hash`).
STAGED = ("seq", "channel", "start", "stop", "unzoned", "hash", "content", "content_hash")
#: The columns of a mark, for the few rows that need more: the provider's own stop (epoch seconds) where it differs from `stop`;
#: the `end_source` that an export of this project noted in the feed; the `<length>` in seconds; the `clumpidx`; where the
#: start occurs twice because of a clock change, by how many seconds the second one is `later`, and that of the stop (0 = once);
#: and start and stop as the feed writes them where the clock skips them, in seconds from 1970-01-01T00:00:00 on that clock.
MARK = (
    "seq", "own_stop", "noted_source", "length", "clump", "later", "stop_later", "start_clock", "stop_clock",
)  # fmt: skip
#: the columns of a staged content, which several rows may share
CONTENT = (
    "id", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details",
)  # fmt: skip
#: What stands for a missing value in each column of `CONTENT`: sqlite3 binds None three times as slowly as a text or a number.
#: The view `content` turns '' and -1 into NULL.
MISSING = (0, "", "", "", "[]", "", -1, -1, "", "[]", "[]", "", 0, "{}")
#: the columns after the id in one text; `join` and `map` take half as long again
_JOINED = "\x1f".join(["%s"] * (len(CONTENT) - 1))


def content_hash(values: Sequence[Any], seed: int) -> int:
    """The hash by which a content is looked up in `contents`: 47 bits, which SQLite stores in six bytes.

    Eight would make the index, and what a change of it writes, a seventh larger; contents that meet are parted anyway.

    `values` are the columns of `CONTENT` after the id, with what `MISSING` puts for missing ones. `seed` is the id of the
    provider, whose contents are shared among its programmes only.
    """
    return xxh3_64_intdigest((_JOINED % tuple(values)).encode("utf-8", "surrogatepass"), seed) >> 17
