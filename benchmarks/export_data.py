"""A guide for measuring exports: generated programmes with details as real feeds have them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import web_data
from benchmarks.generate import make_words, phrase, sentence

#: in a real guide (211,000 programmes of four feeds) there are a third as many different details as programmes, and the
#: showings that share them are on the same channel
DISTINCT = 3


def connect(path: str) -> sqlite3.Connection:
    """A connection that cannot write."""
    return sqlite3.connect(f"{Path(path).resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def generated(programmes: int, var: Path, guides: Path = web_data.VAR) -> Path:
    """A guide of `benchmarks.web_data` with details as real feeds have them, kept in `var` until that is made anew."""
    size = web_data.Size(min(500, programmes), max(1, programmes // 500))
    source = web_data.guide(size, guides).database
    target = var / f"{size.name}.db"
    if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
        return target
    var.mkdir(parents=True, exist_ok=True)
    making = target.with_suffix(f".{os.getpid()}")
    connect(str(source)).execute("VACUUM INTO ?", [str(making)])
    conn = sqlite3.connect(making, isolation_level=None)
    conn.execute("PRAGMA journal_mode = OFF")
    conn.execute("BEGIN")
    fill(conn, size)
    conn.execute("COMMIT")
    conn.execute("PRAGMA journal_mode = WAL")
    conn.close()
    making.rename(target)
    return target


SHOW = """
    UPDATE contents SET details = ?, category = s.category, actors = s.actors, directors = s.directors,
        icon_url = s.icon_url, rating = s.rating, is_new = s.is_new
    FROM (SELECT category, actors, directors, icon_url, rating, is_new FROM contents WHERE id = ?) s
    WHERE contents.id = ?
"""


def fill(conn: sqlite3.Connection, size: web_data.Size) -> None:
    """Every programme becomes a showing of one of its channel's shows: all but texts and times come from that.

    Programmes have contents of their own, under the same ids (`web_data.INSERT_CONTENT`)."""
    pool = max(1, size.each // DISTINCT)
    shows = list(details(pool * size.channels))
    rng = Random("export/order")
    for row in range(size.programmes):
        first, show = row // size.each * size.each, rng.randrange(pool)
        conn.execute(SHOW, (shows[row // size.each * pool + show], first + show + 1, row + 1))


def details(count: int) -> Iterator[str]:
    """Languages, credits with roles, date, country, episode numbers, ratings: about 500 characters, none like another."""
    rng = Random("export")
    words = make_words(rng, 4096)
    for number in range(count):
        cast = [actor(rng, words) for _ in range(rng.randint(0, 5))]
        found: dict[str, Any] = {
            "title": [{"lang": "en"}],
            "sub-title": [{"lang": "en"}],
            "desc": [{"lang": "en"}],
        }
        if cast:
            found["credits"] = [{"type": "director", "name": phrase(rng, words, 2, 2)}, *cast]
        found |= {"category": [{"lang": "en"}], "date": str(1950 + number % 77)}
        if number % 4 == 0:
            found["keyword"] = [{"text": word, "lang": "en"} for word in sentence(rng, words).split()[:3]]
        found["country"] = [{"text": "GB"}]
        found["episode-num"] = [
            {"text": f"{number % 12}.{number % 24}.", "system": "xmltv_ns"},
            {"text": f"EP{number:09}", "system": "dd_progid"},
        ]
        if number % 2:
            found["previously-shown"] = {"start": "20200101"}
        found["rating"] = [{"value": ("U", "PG", "12", "15")[number % 4], "system": "BBFC"}]
        yield json.dumps(found, separators=(",", ":"))


def actor(rng: Random, words: list[str]) -> dict[str, str]:
    return {"type": "actor", "name": phrase(rng, words, 2, 2), "role": phrase(rng, words, 1, 2)}
