"""The columns of the staging tables: what the parser gives and the merge takes."""

from __future__ import annotations

#: the columns of a staged row: where and when a programme is shown, and the number of its content
STAGED = ("seq", "channel", "start", "stop", "hash", "content")
#: the columns of a mark, for the few rows where it says more: the provider's own stop where that is another, where an export
#: of ours says the stop comes from, the length in seconds of the content and its clumpidx
MARK = ("seq", "own_stop", "settled", "length", "clump")
#: the columns of a staged content, which several programmes may share
CONTENT = (
    "id", "title", "subtitle", "description", "category", "episode_num", "season", "episode", "rating",
    "actors", "directors", "icon_url", "is_new", "details",
)  # fmt: skip
#: what stands for a column of `CONTENT` that is missing: sqlite3 binds a None three times as slowly as a text or a number
MISSING = (0, "", "", "", "[]", "", -1, -1, "", "[]", "[]", "", 0, "{}")
