"""`epg-ingest lineups list`, `show`, `missing` and `key`: they change nothing in the guide."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ...core.errors import UsageError
from ..app import App, json_option, print_json, print_table

if TYPE_CHECKING:
    from ...lineup_store.lineup_rows import EntryRow


@click.command("list")
@json_option
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """List all line-ups with how many entries have a channel."""
    from ...lineup_store.lineup_changes import origin_of
    from ...lineup_store.lineup_rows import counts_of, list_lineups, refreshes_of

    with app.reading() as db:
        found = [
            {**asdict(lineup), "source_url": origin_of(app.vault, lineup), **counts_of(db.conn, lineup.id)._asdict(),
             "last_refresh": next(refreshes_of(db.conn, lineup.id), None)}
            for lineup in list_lineups(db.conn)
        ]  # fmt: skip
    if as_json:
        print_json(found)
    elif not found:
        app.note("no line-ups yet; add one with: epg-ingest lineups add NAME SOURCE")
    else:
        headers = (
            "ID",
            "NAME",
            "KIND",
            "ENTRIES",
            "MATCHED",
            "OPEN",
            "IDS",
            "FILLER",
            "LAST REFRESH",
            "SOURCE",
        )
        print_table(headers, [_line(row) for row in found])


def _line(row: dict[str, Any]) -> tuple[Any, ...]:
    last = row["last_refresh"]
    said = f"{last['status']} {last['completed_at']}" if last else "never"
    kind, scheme = row["source_kind"] or "?", row["id_scheme"]
    counts = (row["entries"], row["matched"], row["open"])
    return (row["id"], row["name"], kind, *counts, scheme, row["filler"], said, row["source_url"])


@click.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(app: App, name: str, as_json: bool) -> None:
    """Show the entries of a line-up and their channels. Addresses are never shown."""
    from ...lineup_store.lineup_rows import entries_of, find_lineup

    with app.reading() as db:
        rows = entries_of(db.conn, find_lineup(db.conn, name).id)
        names = dict(db.conn.execute("SELECT id, name FROM channels").fetchall())
    if as_json:
        print_json([{**row._asdict(), "channel": names.get(row.channel_id)} for row in rows])
    elif not rows:
        app.note(f"the line-up is empty; read its source with: epg-ingest lineups refresh {name}")
    else:
        headers = ("ID", "PLACE", "NUMBER", "NAME", "GROUP", "SOURCE ID", "CHANNEL", "METHOD", "SCORE")
        print_table(headers, [_entry(row, names.get(row.channel_id)) for row in rows])


def _entry(row: EntryRow, channel: str | None) -> tuple[Any, ...]:
    score = None if row.score is None else f"{row.score:.2f}"
    method = "gone" if row.gone_at else row.method or "open"
    return (row.id, row.position, row.number, row.name, row.group_name, row.source_id, channel, method, score)


@click.command("missing")
@click.argument("name")
@json_option
@click.pass_obj
def missing_(app: App, name: str, as_json: bool) -> None:
    """List the entries that show nothing: without a channel, or without programmes to come."""
    from ...lineup_store.missing_entries import missing

    with app.reading() as db:
        rows = missing(db.conn, name, app.now)
    if as_json:
        print_json([row._asdict() for row in rows])
    elif not rows:
        app.note("nothing is missing")
    else:
        headers = ("ID", "PLACE", "NUMBER", "NAME", "SOURCE ID", "WHY")
        print_table(
            headers, [(row.id, row.position, row.number, row.name, row.source_id, row.why) for row in rows]
        )


@click.command()
@click.argument("name")
@click.option("--renew", is_flag=True, help="Make a new key; the old one stops working at once.")
@click.pass_obj
def key(app: App, name: str, renew: bool) -> None:
    """Print the key that the playlist of a line-up needs, as in /l/NAME.m3u?key=KEY."""
    from ...lineup_store.lineup_changes import key_of, renew_key
    from ...lineup_store.lineup_rows import find_lineup

    with app.reading() as db:
        lineup = find_lineup(db.conn, name)
    found = renew_key(app.vault, lineup) if renew else key_of(app.vault, lineup)
    if found is None:
        raise UsageError(
            f"no key of {lineup.name} is kept here; make one with: epg-ingest lineups key {name} --renew"
        )
    app.say(found)
