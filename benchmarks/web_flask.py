"""The usual way: Flask, a connection per request, rows as dicts, `jsonify`. Two endpoints of the API, same fields.

    EPG_BENCH_FOLDER=FOLDER gunicorn -k gthread --threads 8 benchmarks.web_flask:app

The queries are as good as ours (same index, same bounds), so that what differs is the way from rows to an answer.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from itertools import groupby
from typing import Any

from flask import Flask, Response, jsonify, request

FORMAT = "%Y-%m-%dT%H:%M:%SZ"
LISTS = ("category", "actors", "directors")
PROGRAMS = """
SELECT p.id, p.channel_id, p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num,
       p.season, p.episode, p.rating, p.actors, p.directors, p.icon_url, p.is_new, v.name AS provider,
       p.series_id, p.episode_id, p.showing
FROM programs p
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.channel_id = :id AND p.start_time < :end AND p.end_time > :start AND p.start_time >= :earliest
  AND p.shadowed_by IS NULL
ORDER BY p.start_time
"""
CHANNELS = """
SELECT id, name, display_name, icon_url, number FROM channels WHERE hidden = 0
ORDER BY number IS NULL, CAST(number AS REAL), number, display_name, id
LIMIT :limit
"""
GUIDE = """
SELECT p.id, p.channel_id, p.start_time, p.end_time, p.title, p.subtitle, p.description, p.category, p.episode_num,
       p.season, p.episode, p.rating, p.actors, p.directors, p.icon_url, p.is_new, v.name AS provider,
       p.series_id, p.episode_id, p.showing
FROM json_each(:ids) c
CROSS JOIN programs p ON p.channel_id = c.value AND p.start_time < :end AND p.end_time > :start
    AND p.start_time >= :earliest
CROSS JOIN providers v ON v.id = p.provider_id AND v.enabled = 1
WHERE p.shadowed_by IS NULL
ORDER BY c.key, p.start_time
"""

app = Flask(__name__)
# Sorting keys would only make it slower.
app.json.sort_keys = False


@app.get("/api/v1/channels/<int:ident>/programs")
def programs(ident: int) -> Response:
    with database() as db:
        rows = db.execute(PROGRAMS, {"id": ident, **span(db)}).fetchall()
    return jsonify([programme(row) for row in rows])


@app.get("/api/v1/guide")
def guide() -> Response:
    with database() as db:
        channels = [dict(row) for row in db.execute(CHANNELS, {"limit": request.args.get("limit", 50, int)})]
        ids = json.dumps([channel["id"] for channel in channels])
        rows = db.execute(GUIDE, {"ids": ids, **span(db)}).fetchall()
    grouped = {
        ident: list(group) for ident, group in groupby(map(programme, rows), lambda row: row["channel_id"])
    }
    return jsonify([{"channel": channel, "programs": grouped.get(channel["id"], [])} for channel in channels])


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(f"file:{os.environ['EPG_BENCH_FOLDER']}/epg.db?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        yield db
    finally:
        db.close()


def span(db: sqlite3.Connection) -> dict[str, str]:
    """`start`, `end` and `earliest`, before which nothing began that still runs at `start`; all UTC, as stored."""
    start, end = (
        datetime.fromisoformat(request.args[name].replace("Z", "+00:00")) for name in ("start", "end")
    )
    (longest,) = db.execute("SELECT longest_seconds FROM generation").fetchone()
    times = {"start": start, "end": end, "earliest": start - timedelta(seconds=longest)}
    return {name: time.astimezone(timezone.utc).strftime(FORMAT) for name, time in times.items()}


def programme(row: sqlite3.Row) -> dict[str, Any]:
    found = dict(row)
    found.update({name: json.loads(found[name]) for name in LISTS}, is_new=bool(found["is_new"]))
    return found
