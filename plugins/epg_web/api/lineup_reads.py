"""What the GET routes of line-ups read, for everybody and for those who may write. See `reads`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from ..base.answer import Refused
from ..base.connections import connect, gather
from ..base.sql import sql
from .read_parts import Read, json_of, paged


def lineups(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """All line-ups by name."""
    return Read([row[1] for row in gather(conn, sql("lineups"), {"id": None}, 2)])


def lineup(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """One line-up. Raises `Refused` (404)."""
    return Read(one=json_of(conn.execute(sql("lineups"), {"id": ident}).fetchone(), "line-up"))


def lineup_entries(conn: sqlite3.Connection, ident: int | None, values: dict[str, Any], now: float) -> Read:
    """A page of the entries of a line-up. Raises `Refused`: 404 for no line-up, 400 where the entry in `after` is gone."""
    if conn.execute("SELECT 1 FROM lineups WHERE id = ?", [ident]).fetchone() is None:
        raise Refused(404, "there is no such line-up")
    after, limit = values["after"], values["limit"]
    if after is not None and not _entry(conn, ident, after):
        raise Refused(400, f"after: there is no entry {after} any more; begin again without it")
    given = {"lineup": ident, "after": after, "limit": limit + 1, "state": values["state"], "ids": None}
    rows, following = paged(gather(conn, sql("lineup_entries"), given, 2), limit)
    return Read([row[1] for row in rows], next=following)


def _entry(conn: sqlite3.Connection, lineup_id: int | None, ident: int) -> bool:
    sql = "SELECT 1 FROM lineup_channels WHERE id = ? AND lineup_id = ?"
    return conn.execute(sql, [ident, lineup_id]).fetchone() is not None


# For those who may write


def private_lineup(path: Path, ident: int | None) -> dict[str, Any]:
    """The public answer with the whole address of the source, its policy, the names of its headers, and the key."""
    from epg_ingest.storage.lineup_secrets import LineupSecrets, LineupSource
    from epg_ingest.storage.vault import Vault, vault_path

    with closing(connect(str(path))) as conn:
        shown = json.loads(lineup(conn, ident, {}, 0).one or "")
    kept = LineupSecrets(Vault(vault_path(path))).get(shown["id"]) or LineupSource()
    secret = {"headers": sorted(kept.headers), "private_addresses": kept.private_addresses, "key": kept.key}
    return {**shown, "url": kept.url, **secret}


def entries(path: Path, lineup_id: int, idents: list[int]) -> list[dict[str, Any]]:
    """Entries by their ids, in the order of the line-up."""
    given = {"lineup": lineup_id, "after": None, "limit": -1, "state": None, "ids": json.dumps(idents)}
    with closing(connect(str(path))) as conn:
        return [json.loads(row[1]) for row in conn.execute(sql("lineup_entries"), given)]


LINEUP_READS = {"lineups": lineups, "lineup": lineup, "lineup_entries": lineup_entries}
