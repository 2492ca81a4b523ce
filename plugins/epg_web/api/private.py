"""Reads for those who may write: whole addresses of feeds, hidden channels. Nobody may keep these answers."""

import json
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from ..base.answer import CSV, Answer, Refused, dump
from ..base.connections import connect
from ..base.csv_table import to_csv
from ..base.sql import sql
from . import reads
from .description.csv_columns import columns
from .lineup_reads import private_lineup
from .read_parts import json_of
from .routes import BASE, Route


def answer(path: Path, route: Route, ident: int | None, as_csv: bool) -> Answer:
    """The private answer of one of `READS` over the database at `path`. Raises `Refused` (404)."""
    found = READS[route.name](path, ident)
    if not as_csv:
        return Answer(dump(found))
    rows = [json.dumps(row) for row in found]
    return Answer(to_csv(rows, columns(route.shape or "")), content_type=CSV)


def provider(path: Path, ident: int | None) -> dict[str, Any]:
    """The public answer for a provider, with its whole address, its policy and the names of its headers."""
    from epg_ingest.storage.vault import Credentials, Vault, vault_path

    with closing(connect(str(path))) as conn:
        shown = json.loads(reads.provider(conn, ident, {}, 0).one or "")
    kept = Vault(vault_path(path)).get(shown["name"]) or Credentials()
    secret = {"headers": sorted(kept.headers), "private_addresses": kept.private_addresses}
    addresses = {
        "xmltv_url": kept.url or shown["xmltv_url"],
        "mirrors": list(kept.mirrors or shown["mirrors"]),
    }
    return {**shown, **addresses, **secret}


def providers(path: Path, ident: int | None) -> list[dict[str, Any]]:
    """All of them, the best first."""
    with closing(connect(str(path))) as conn:
        ids = [row[0] for row in conn.execute("SELECT id FROM providers ORDER BY priority, id")]
    return [row for row in (_if_there(path, found) for found in ids) if row is not None]


def _if_there(path: Path, ident: int) -> dict[str, Any] | None:
    try:
        return provider(path, ident)
    except Refused:
        return None  # deleted while the list was made


def channel(path: Path, ident: int | None) -> dict[str, Any]:
    """A channel, hidden or not, and whether it is."""
    with closing(connect(str(path))) as conn:
        row = conn.execute(sql("channel_private"), {"id": ident}).fetchone()
    return dict(json.loads(json_of(row, "channel")))


def channels(path: Path, idents: Iterable[int]) -> list[dict[str, Any]]:
    """Channels, hidden or not, in this order; without those that were deleted meanwhile."""
    with closing(connect(str(path))) as conn:
        rows = [conn.execute(sql("channel_private"), {"id": ident}).fetchone() for ident in idents]
    return [json.loads(row[-1]) for row in rows if row is not None]


def mapping(path: Path, ident: int | None) -> dict[str, Any]:
    """A mapping as everybody sees it."""
    with closing(connect(str(path))) as conn:
        return dict(json.loads(reads.mapping(conn, ident, {}, 0).one or ""))


#: by the first part of an address that has an id
_THERE = {
    "providers": "SELECT 1 FROM providers WHERE id = ?",
    "channels": "SELECT 1 FROM channels WHERE id = ?",
    "mappings": "SELECT 1 FROM channel_mappings WHERE id = ?",
    "lineups": "SELECT 1 FROM lineups WHERE id = ?",
    "rules": "SELECT 1 FROM rules WHERE id = ?",
}


def ensure_there(path: Path, route: Route, ident: int, owner: str) -> None:
    """Raise `Refused` (404) if there is nothing with the id that the address of a write names, or it is not the owner's."""
    from .watch_api.watch_reads import operation

    kind = route.path.removeprefix(BASE).split("/")[1]
    one = kind.removesuffix("s")
    if kind in ("watches", "targets"):
        one = kind[:-2] if kind == "watches" else one
        operation(path, f"{one}.get", {one: ident}, owner)
    if kind not in _THERE:
        return
    with closing(connect(str(path))) as conn:
        if conn.execute(_THERE[kind], [ident]).fetchone() is None:
            raise Refused(404, f"there is no such {kind.removesuffix('s')}")


READS: dict[str, Callable[[Path, int | None], Any]] = {
    "providers": providers, "provider": provider, "channel": channel, "lineup": private_lineup,
}  # fmt: skip
