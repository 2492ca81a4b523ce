"""Rows of `lineup_refreshes`: what each reading of a source came to."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from ..core.redact import MASK

#: rows that are kept for each line-up
KEPT = 50
_INSERT = """
    INSERT INTO lineup_refreshes (lineup_id, started_at, completed_at, status, trigger, entries, added, removed, matched,
                                  problems, error_code, error_message)
    VALUES (:lineup, :started, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), :status, :trigger, :entries, :added, :removed, :matched,
            :problems, :code, :message)
"""
_PRUNE = """
    DELETE FROM lineup_refreshes WHERE lineup_id = :lineup AND id <= (
        SELECT id FROM lineup_refreshes WHERE lineup_id = :lineup ORDER BY id DESC LIMIT 1 OFFSET :kept)
"""
_COUNTS = "SELECT count(*), count(channel_id) FROM lineup_channels WHERE lineup_id = ? AND gone_at IS NULL"
#: Lists come the way that feeds do, and so do the messages of what can go wrong.
_WORDS = {
    "the URL of the provider": "the address of the source",
    "holds no XML file": "holds no list that can be read",
    "the provider": "the source",
    "this provider": "this line-up",
    "the feed": "the list",
}
_OF_FEEDS = re.compile(rf"\b(?:{'|'.join(_WORDS)})(?![\w.-]*\w)")
_ORIGIN = re.compile(r"\b([a-z][a-z0-9+.-]{0,30}://)[^\s,;)]*", re.IGNORECASE)
#: what looks like a host or an address of one; settings and files of this program do as well
_HOST = re.compile(
    r"\[[0-9a-f:.%]+\](?::\d+)?|(?<![\w.-])(?!(?:download|scheduler|epg)\.)(?!\d+(?:\.\d+)?(?![\w.-]))"
    r"[\w-]+(?:\.[\w-]+)+(?::\d+)?|\blocalhost\b(?::\d+)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class RefreshOutcome:
    """How a refresh of the line-up `name` ended. `status` is `success`, `unchanged` or `failed`; `message` is one line without
    secrets."""

    name: str
    status: str
    entries: int = 0
    added: int = 0
    removed: int = 0
    matched: int = 0
    problems: int = 0
    code: str | None = None
    message: str | None = None

    @property
    def failed(self) -> bool:
        return self.status == "failed"

    def row(self) -> dict[str, Any]:
        """As JSON values, under the names of the columns."""
        found = asdict(self)
        return {
            "lineup": found.pop("name"),
            **{{"code": "error_code", "message": "error_message"}.get(key, key): found[key] for key in found},
        }


def note(
    conn: sqlite3.Connection, lineup_id: int, name: str, started: str, trigger: str, status: str, **facts: Any
) -> RefreshOutcome:
    """Write the row within the open transaction; returns what it says. `started` is ISO, UTC."""
    entries, matched = conn.execute(_COUNTS, [lineup_id]).fetchone()
    outcome = RefreshOutcome(name, status, entries, matched=matched, **facts)
    values = {"lineup": lineup_id, "started": started, "trigger": trigger, "kept": KEPT, **asdict(outcome)}
    conn.execute(_INSERT, values)
    conn.execute(_PRUNE, values)
    return outcome


def without_hosts(message: str, url: str | None) -> str:
    """A message for the table, which everybody may read: it names neither the host of the source nor one that this leads to."""
    host = urlsplit(url).hostname if url and "://" in url else None
    message = _ORIGIN.sub(rf"\1{MASK}", message)
    if host:
        message = re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", MASK, message, flags=re.IGNORECASE)
    return _HOST.sub(MASK, message)


def of_a_list(message: str) -> str:
    """A message about a feed in the words for a list of channels, in one line."""
    return " ".join(_OF_FEEDS.sub(lambda found: _WORDS[found[0]], message).split())
