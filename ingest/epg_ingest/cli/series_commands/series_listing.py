"""`epg-ingest series list`, `show` and `explain`: they change nothing."""

from __future__ import annotations

from typing import Any

import click

from ..app import App, json_option, print_json, print_table
from ..asking.numbers import Whole


@click.command("list")
@click.option("--search", default="", metavar="WORDS", help="Only series with these words in their titles.")
@click.option(
    "--candidates", is_flag=True, help="Only series that providers number differently, for you to decide."
)
@click.option(
    "--limit", type=Whole(1, 10_000), default=50, metavar="N", help="At most so many; 50 unless given."
)
@json_option
@click.pass_obj
def list_(app: App, search: str, candidates: bool, limit: int, as_json: bool) -> None:
    """List series, those with most programmes first."""
    from ...series_store.trace import listed

    with app.reading() as db:
        rows = listed(db.conn, search, candidates, limit)
    if as_json:
        return print_json(rows)
    if not rows:
        return app.note("no series")
    headers = ("ID", "TITLE", "KIND", "EPISODES", "PROGRAMMES", "NOTE")
    print_table(headers, [(*(row[name.lower()] for name in headers[:-1]), _note(row)) for row in rows])


def _note(row: dict[str, Any]) -> str:
    notes = ["title of many channels"] if row["generic"] else []
    return ", ".join([*notes, "by hand"] if row["pinned"] else notes)


@click.command("show")
@click.argument("series", type=Whole())
@json_option
@click.pass_obj
def show_(app: App, series: int, as_json: bool) -> None:
    """Show a series: its keys, channels and episodes, and which providers number it alike."""
    from ...series_store.trace import shown

    with app.reading() as db:
        found = shown(db.conn, series)
    if as_json:
        return print_json(found)
    app.say(f"{found['id']} {found['title']} ({found['kind']})")
    for key in found["keys"]:
        app.say(f"key: {key['key']}" + (" (by hand)" if key["source"] == "manual" else ""))
    for row in found["numberings"]:
        app.say(f"numbers of {row['provider']} and {row['other']}: {row['verdict']}; {row['reason']}")
    print_table(
        ("CHANNEL", "NAME", "PROGRAMMES"),
        [(row["id"], row["display_name"], row["programmes"]) for row in found["channels"]],
    )
    columns = ("id", "season", "episode", "subtitle", "first_start", "last_start", "showings")
    print_table(
        [name.upper().replace("_", " ") for name in columns],
        [tuple("" if row[name] is None else row[name] for name in columns) for row in found["episodes"]],
    )


@click.command()
@click.argument("programme", type=Whole())
@json_option
@click.pass_obj
def explain(app: App, programme: int, as_json: bool) -> None:
    """Say why a programme is of its series and episode, and why its showing is what it is. PROGRAMME is its number."""
    from ...series_store.trace import explained

    with app.reading() as db:
        found = explained(db.conn, programme)
    if as_json:
        return print_json(found)
    app.say(f"{found['title']}, {found['start_time']}, of {found['provider']}")
    if found["series_id"] is None:
        return app.say("its series is not known yet; it comes with the next import")
    by_hand = ", by hand" if found["source"] == "manual" else ""
    app.say(
        f"series {found['series_id']} {found['series']}: its title has the key {found['series_key']!r}{by_hand}"
    )
    if found["episode_id"] is None:
        app.say(f"no episode: {found['basis_reason']}")
    else:
        app.say(f"episode {found['episode_id']}: {found['basis_reason']} ({found['episode_key']})")
    app.say(f"{found['showing'].replace('_', ' ')}: {found['showing_reason']}")
    if found["claim"] is not None:
        verdict = "counts" if found["counts"] else "does not count"
        app.say(f"the flag {found['claim']} of {found['provider']} {verdict}: {found['flag_reason']}")
