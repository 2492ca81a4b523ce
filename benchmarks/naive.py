"""The obvious importer, for comparison: xml.etree twice, dateutil, `INSERT OR IGNORE` in batches of 1,000.

python benchmarks/naive.py FEED DATABASE
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import islice
from xml.etree import ElementTree

from dateutil import parser  # type: ignore[import-untyped]

SCHEMA = """
CREATE TABLE channels (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT, icon_url TEXT);
CREATE TABLE programs (
    id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL REFERENCES channels(id), start_time TEXT NOT NULL,
    end_time TEXT, title TEXT NOT NULL, subtitle TEXT, description TEXT, category TEXT, episode_num TEXT,
    rating TEXT, icon_url TEXT, UNIQUE (channel_id, start_time)
);
CREATE INDEX programs_times ON programs (channel_id, start_time, end_time);
"""
INSERT_CHANNEL = "INSERT OR IGNORE INTO channels (name, display_name, icon_url) VALUES (?, ?, ?)"
INSERT_PROGRAM = """
INSERT OR IGNORE INTO programs (channel_id, start_time, end_time, title, subtitle, description, category,
    episode_num, rating, icon_url) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


def naive(feed: str, database: str) -> int:
    """Import `feed` into a new database and return how many programmes there are."""
    db = sqlite3.connect(database)
    db.executescript(SCHEMA)
    db.executemany(INSERT_CHANNEL, channels(feed))
    db.commit()
    ids = dict(db.execute("SELECT name, id FROM channels"))
    rows = programmes(feed, ids)
    while batch := list(islice(rows, 1000)):
        db.executemany(INSERT_PROGRAM, batch)
        db.commit()
    return int(db.execute("SELECT count(*) FROM programs").fetchone()[0])


def channels(feed: str) -> Iterator[tuple[str | None, ...]]:
    for _, element in ElementTree.iterparse(feed):
        if element.tag == "channel":
            yield element.get("id"), element.findtext("display-name"), icon(element)
            element.clear()


def programmes(feed: str, ids: dict[str, int]) -> Iterator[tuple[object, ...]]:
    for _, element in ElementTree.iterparse(feed):
        if element.tag == "programme":
            channel = ids.get(element.get("channel", ""))
            if channel is not None:
                yield (channel, *program(element))
            element.clear()


def program(element: ElementTree.Element) -> tuple[str | None, ...]:
    return (
        time(element.get("start")),
        time(element.get("stop")),
        element.findtext("title"),
        element.findtext("sub-title"),
        element.findtext("desc"),
        ", ".join(category.text or "" for category in element.findall("category")),
        element.findtext("episode-num"),
        element.findtext("rating/value"),
        icon(element),
    )


def time(text: str | None) -> str | None:
    if text is None:
        return None
    moment: datetime = parser.parse(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).isoformat()


def icon(element: ElementTree.Element) -> str | None:
    found = element.find("icon")
    return found.get("src") if found is not None else None


if __name__ == "__main__":
    print(naive(*sys.argv[1:3]))
