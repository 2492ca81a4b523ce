"""Writes of line-ups: see `writes`. A refresh runs in a process of its own, which goes on when the web server stops."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..base.answer import Answer, Refused, dump
from .lineup_reads import entries, private_lineup
from .route_kinds import BASE
from .writes import Write

DENIED = (
    "private_addresses: allow needs allow_private_addresses: true in the server's configuration; "
    "or run: epg-ingest lineups set NAME --private-addresses allow"
)
#: what PUT sets where the body says nothing
DEFAULTS: dict[str, Any] = {
    "url": None, "kinds": ["tv"], "id_scheme": "source", "filler": 0, "episode_ids": False, "headers": {},
    "private_addresses": "deny",
}  # fmt: skip


def _create(asked: Write) -> Answer:
    if asked.body.get("private_addresses") == "allow" and not asked.allow_private:
        raise Refused(400, DENIED)
    made = asked.run("lineup.create", asked.body)
    return Answer(
        dump(private_lineup(asked.path, made["id"])),
        201,
        headers={"Location": f"{BASE}/lineups/{made['id']}"},
    )


def _replace(asked: Write) -> Answer:
    body = {**DEFAULTS, "title": asked.body["name"], **asked.body}
    return _update(asked._replace(body=body))


def _update(asked: Write) -> Answer:
    """With a new address a line-up loses the access to private ones that the old one had, as a provider does."""
    body = dict(asked.body)
    if not asked.allow_private:
        now = private_lineup(asked.path, asked.ident)
        moved = body.get("url", now["url"]) != now["url"]
        if body.get("private_addresses") == "allow":
            if moved or now["private_addresses"] != "allow":
                raise Refused(400, DENIED)
            del body["private_addresses"]
        elif moved:
            body["private_addresses"] = "deny"
    asked.run("lineup.update", {"lineup": asked.ident, **body})
    return Answer(dump(private_lineup(asked.path, asked.ident)))


def _delete(asked: Write) -> Answer:
    asked.run("lineup.delete", {"lineup": asked.ident})
    return Answer(b"", 204)


def _entry_create(asked: Write) -> Answer:
    made = asked.run("lineup.add_entry", {"lineup": asked.ident, **asked.body})
    (row,) = entries(asked.path, asked.ident, [made["id"]])
    return Answer(dump(row), 201, headers={"Location": f"{BASE}/lineups/{asked.ident}/channels"})


def _entries_update(asked: Write) -> Answer:
    done = asked.run("lineup.edit_entries", {"lineup": asked.ident, "entries": list(asked.items)})
    return Answer(dump(entries(asked.path, asked.ident, done["ids"])))


def start_refresh(path: Path, ident: int, force: bool, config: str | None, front: str) -> Answer:
    """202 at once; how it ends is in the line-up's `last_refresh`. Addresses in the body begin with `front`.

    Raises `Refused` (400) for a line-up without a source.
    """
    from epg_ingest.settings.environment import without_secrets

    if private_lineup(path, ident)["url"] is None:
        raise Refused(400, "this line-up has no source to read; set url")
    options = ["--db", str(path.resolve()), *(["--config", config] if config else [])]
    process = subprocess.Popen(  # noqa: S603 - this program
        [
            *(sys.executable, "-m", "epg_ingest.cli", *options, "lineups", "refresh", "--trigger", "api"),
            *(["--force"] if force else []), "--", str(ident),
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=without_secrets(), start_new_session=True, close_fds=True,
    )  # fmt: skip
    # Its exit status must be collected, or it stays in the process table.
    threading.Thread(target=process.wait, name="epg-refresh", daemon=True).start()
    address = f"{BASE}/lineups/{ident}"
    return Answer(
        dump({"message": "Refresh started", "url": front + address}), 202, headers={"Location": address}
    )


LINEUP_WRITES: dict[str, Callable[[Write], Answer]] = {
    "lineup_create": _create, "lineup_replace": _replace, "lineup_update": _update, "lineup_delete": _delete,
    "lineup_entry_create": _entry_create, "lineup_entries_update": _entries_update,
}  # fmt: skip
