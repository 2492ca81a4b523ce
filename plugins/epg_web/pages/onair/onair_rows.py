"""A row for each channel: what is on at a moment, how far it is, and what follows."""

import json
from dataclasses import dataclass
from typing import Any

from ...api.read_parts import earliest
from ...base.genre_filter import genre_class
from ...base.lineup_filter import narrowed
from ...base.moments import minutes_between
from ...base.sql import sql
from ..grid_kinds import kind_of
from ..texts import telling
from ..visit import Visit

Row = dict[str, Any]
#: channels of one page
CHANNELS = 60


@dataclass(frozen=True)
class Listed:
    """Rows for the template. `more` are the parameters of the next page, None on the last; `until` (stored text) is when the
    first of the rows is no longer right, None where no row depends on the clock.
    """

    rows: list[Row]
    more: dict[str, Any] | None = None
    until: str | None = None


async def channel_rows(visit: Visit, values: dict[str, Any], at: str) -> Listed:
    """What is on at `at` (stored text) on a page of channels; `values` may have lineup, channels, genre and after.

    Raises `Refused`: 404 for an unknown line-up.
    """

    def work(conn: Any) -> tuple[list[int], list[Row]]:
        ids = narrowed(conn, values["lineup"], values["channels"])
        given = {
            "ids": None if ids is None else json.dumps(ids), "after": values["after"], "genre": genre_class(values),
            "at": at, "earliest": earliest(conn, at), "limit": CHANNELS + 1,
        }  # fmt: skip
        found = [ident for (ident,) in conn.execute(sql("page_onair_channels"), given)]
        shown = {"ids": json.dumps(found[:CHANNELS]), "at": at, "earliest": given["earliest"]}
        return found, dictionaries(conn.execute(sql("page_onair"), shown))

    _, (found, rows) = await visit.lane.pool.run(work)
    more = {"after": found[CHANNELS - 1]} if len(found) > CHANNELS else None
    changes = [row["end_time"] or row["next_start"] for row in rows if row["end_time"] or row["next_start"]]
    return Listed([of_channel(row, at) for row in rows], more, min(changes, default=None))


def dictionaries(cursor: Any) -> list[Row]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def of_channel(row: Row, at: str) -> Row:
    """A row of the list: `channel`, `now` and `next`, either of which may be None."""
    channel = {
        "id": row["channel_id"],
        "display_name": row["channel"],
        "number": row["number"],
        "icon_url": row["icon_url"],
    }
    following = None
    if row["next_id"] is not None:
        lang = language(row["next_titles"], row["next_title"])
        following = {
            "id": row["next_id"],
            "title": row["next_title"],
            "start_time": row["next_start"],
            "lang": lang,
        }
    return {
        "channel": channel,
        "now": of_programme(row, at) if row["id"] is not None else None,
        "next": following,
    }


def of_programme(row: Row, at: str) -> Row:
    """What the list shows of a programme: texts with languages, its kind, and the minutes gone at `at`, left and in all."""
    whole = max(1, minutes_between(row["start_time"], row["end_time"]))
    gone = minutes_between(row["start_time"], at) if row["start_time"] <= at else 0
    kind = kind_of(row["genre"])
    return {
        **{name: row[name] for name in ("id", "start_time", "end_time", "title", "is_new", "season", "episode", "episode_num")},
        "lang": language(row["titles"], row["title"]),
        "subtitle": telling(row["title"], row["subtitle"]),
        "subtitle_lang": language(row["subtitles"], row["subtitle"]),
        "kind": kind, "gone": min(gone, whole), "whole": whole, "left": max(0, whole - gone),
    }  # fmt: skip


def language(entries: str | None, text: str | None) -> str | None:
    """The language of a text among the entries (JSON) of its element, None where the feed does not say."""
    for entry in json.loads(entries) if entries else ():
        if entry.get("text", text) == text:
            lang: str | None = entry.get("lang")
            return lang
    return None
