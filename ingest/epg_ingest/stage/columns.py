"""The columns of the staging tables: what the parsers give and the merge takes."""

from __future__ import annotations

#: The columns of a staged row: an element of the feed, its place in the feed (`seq`, from 1), the feed's channel id, start and
#: stop (epoch seconds), the hash of its bytes, and the id of its content.
STAGED = ("seq", "channel", "start", "stop", "hash", "content")
#: The columns of a mark, for the few rows that need more: the provider's own stop (epoch seconds) where it differs from `stop`;
#: the `end_source` that an export of this project noted in the feed; the `<length>` in seconds; and the `clumpidx`.
MARK = ("seq", "own_stop", "noted_source", "length", "clump")
#: the columns of a staged content, which several rows may share
CONTENT = (
    "id", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details",
)  # fmt: skip
#: What stands for a missing value in each column of `CONTENT`: sqlite3 binds None three times as slowly as a text or a number.
#: The view `content` turns '' and -1 into NULL.
MISSING = (0, "", "", "", "[]", "", -1, -1, "", "[]", "[]", "", 0, "{}")
