"""Watches and previews as tables, lines and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..app import App, plural, print_table

if TYPE_CHECKING:
    from ...watch_store.watch_rows import StoredWatch


def watch_as_json(stored: StoredWatch) -> dict[str, Any]:
    """A watch as `--json` prints it."""
    from ...core.times import iso
    from ...watches.watch_settings import as_settings

    watch = stored.watch
    stamps = {"created_at": iso(stored.created_at), "updated_at": iso(stored.updated_at)}
    return {"id": watch.id, "owner": watch.owner, **as_settings(watch), **stamps}


def watch_line(row: dict[str, Any]) -> tuple[Any, ...]:
    """The cells of `watches list`."""
    on = "yes" if row["enabled"] else "no"
    return (
        row["id"],
        row["owner"],
        row["name"],
        row["kind"],
        row["value"],
        _when(row),
        tells(row),
        row["once_per"],
        on,
    )


def tells(row: dict[str, Any]) -> str:
    """When a watch tells, in a few words."""
    lead = row["lead_minutes"]
    said = [] if lead is None else [f"{lead} min before"]
    said += ["at a match"] if row["tell_match"] else []
    said += ["in the digest"] if row["digest"] else []
    return ", ".join(said) or "never"


def _when(row: dict[str, Any]) -> str:
    hours = f"{row['from_time'] or ''}–{row['to_time'] or ''}" if row["from_time"] or row["to_time"] else ""
    where = plural(len(row["channels"]), "channel") if row["channels"] else ""
    where = where or (f"line-up {row['lineup_id']}" if row["lineup_id"] else "")
    return ", ".join(
        part for part in (" ".join(row["days"]), hours, where, "new only" if row["new_only"] else "") if part
    )


def print_watch(app: App, row: dict[str, Any]) -> None:
    """All settings, one in a line."""
    width = max(map(len, row))
    for name, value in row.items():
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        said = ("yes" if said else "no") if isinstance(said, bool) else said
        app.say(f"{name:{width}}  {'' if said is None else said}".rstrip())


def print_preview(app: App, found: dict[str, Any]) -> None:
    """What would be sent and what would not."""
    if found["programmes"]:
        rows = [
            (row["start_time"], row["channel"], row["title"], "yes" if row["sends"] else "no", row["reason"])
            for row in found["programmes"]
        ]
        print_table(("START", "CHANNEL", "TITLE", "TELLS", "WHY"), rows)
    more = "" if found["complete"] else "; there are more"
    app.say(
        f"would tell of {plural(found['sends'], 'programme')} this week and leave out {found['skips']:,}{more}"
    )
