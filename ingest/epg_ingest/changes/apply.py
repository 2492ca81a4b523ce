"""The one way the web process changes anything: `run` makes a small change itself and has a large one made by
a process of its own, so that requests never wait for a write lock it holds.

    echo '{"path": "epg.db", "operation": "provider.delete", "arguments": {"provider": 3}, "actor": "a", "now": 1}' |
        python -m epg_ingest.changes.apply

prints `{"ok": true, "result": …}` or `{"ok": false, "code": …, "kind": …, "message": …}`. Addresses and headers go
through the pipes only: command lines and environments can be read by others.

| operation | arguments | result |
| --- | --- | --- |
| provider.create | `name` and settings: `xmltv_url`, `headers` …, as the columns of `providers` | the provider |
| provider.update | `provider` and settings | the provider |
| provider.delete | `provider` | `id`, `name`, `removed` programmes |
| channel.create | `name` and settings: `display_name`, `icon_url`, `number`, `hidden` | the channel |
| channel.update | `channel` and settings | the channel |
| channel.delete | `channel` | `id`, `name`, `removed` programmes |
| channel.merge | `source`, `target` | the target with `moved` and `dropped` programmes |
| mapping.set | `provider`, `provider_channel_id`, `channel`, `create` (false): make it if there is none | the mapping |
| mapping.ignore, .delete | `provider`, `provider_channel_id` | the mapping; with delete what it did |

`provider`, `channel`, `source` and `target` are names or ids; mappings come with what `remap.Remapped` says.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from ..core import errors
from ..core.errors import DatabaseError, EpgError, NotFoundError, UsageError
from ..settings.environment import without_secrets
from ..storage.database import connect_readonly, open_database, opened, translated
from ..storage.vault import Vault, vault_path
from .operations import OPERATIONS, Change, check_texts, find_channel, find_provider

#: how long a change waits for an import's merge before it says `locked`
WAIT_MILLISECONDS = 5_000
#: programmes that a request may touch in the web process: about half a second
LIGHT = 20_000
#: settings of a provider that decide what is shown on its channels
_SHOWING = ("priority", "enabled")
_PROGRAMMES = "SELECT count(*) FROM (SELECT 1 FROM programs LIMIT :limit)"
_ON_CHANNELS = """
    SELECT count(*) FROM (
        SELECT 1 FROM json_each(:channels) c CROSS JOIN programs p ON p.channel_id = c.value LIMIT :limit)
"""
_FED_BY = """
    SELECT count(*) FROM (
        SELECT 1 FROM channels c CROSS JOIN programs p ON p.channel_id = c.id
        WHERE EXISTS (SELECT 1 FROM programs o WHERE o.provider_id = :provider AND o.channel_id = c.id)
        LIMIT :limit)
"""
_MAPPED = "SELECT channel_id FROM channel_mappings WHERE provider_id = ? AND provider_channel_id = ?"


def run(
    path: Path | str, operation: str, arguments: Mapping[str, Any], *, actor: str, now: int
) -> dict[str, Any]:
    """`apply`, in a process of its own when the change is large. The same errors either way."""
    check_texts(arguments)
    if heavy(path, operation, arguments):
        return _apart(path, operation, arguments, actor, now)
    return apply(path, operation, arguments, actor=actor, now=now)


def apply(
    path: Path | str, operation: str, arguments: Mapping[str, Any], *, actor: str, now: int
) -> dict[str, Any]:
    """Make one change to the guide at `path`, recorded in `write_log`; the new state as JSON can hold it.

    `now` is epoch seconds. Raises `UsageError` (`NotFoundError`, `ConflictError`) for what was asked, and
    `DatabaseError` for the machine: `locked` when another program writes for longer than five seconds.
    """
    check_texts(arguments)
    action = OPERATIONS.get(operation)
    if action is None:
        raise UsageError(f"unknown operation; known are: {', '.join(OPERATIONS)}")
    with translated(path), closing(open_database(path).conn) as conn:
        conn.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        return action(_change(conn, path, operation, arguments, actor, now))


def heavy(path: Path | str, operation: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a change reads or writes more than `LIGHT` programmes. Counts no further than that, and takes no
    lock. False for what `apply` will refuse.
    """
    if operation not in OPERATIONS or not Path(path).exists():
        return False
    with translated(path), closing(connect_readonly(path, timeout=WAIT_MILLISECONDS / 1000)) as conn:
        try:
            check_texts(arguments)
            change = _change(conn, path, operation, arguments, "", 0)
            return _touched(change) > LIGHT
        except (NotFoundError, UsageError):
            return False


def _change(
    conn: sqlite3.Connection,
    path: Path | str,
    operation: str,
    arguments: Mapping[str, Any],
    actor: str,
    now: int,
) -> Change:
    return Change(opened(conn), Vault(vault_path(path)), operation, arguments, actor, now)


def _touched(change: Change) -> int:
    """Programmes an operation concerns, counted to one more than `LIGHT`."""
    if change.operation == "provider.delete":
        # It counts all programmes to choose how to mend the search index.
        return _count(change, _PROGRAMMES)
    if change.operation == "provider.update":
        provider, given = find_provider(change), change.arguments
        same = all(given.get(key, getattr(provider, key)) == getattr(provider, key) for key in _SHOWING)
        return 0 if same else _count(change, _FED_BY, provider=provider.id)
    return _count(change, _ON_CHANNELS, channels=json.dumps(list(_channels(change))))


def _channels(change: Change) -> Iterable[int]:
    kind, _, verb = change.operation.partition(".")
    if kind == "channel" and verb in ("delete", "merge"):
        keys = ("source", "target") if verb == "merge" else ("channel",)
        return {find_channel(change, key).id for key in keys}
    if kind == "mapping":
        return _remapped(change)
    return ()


def _remapped(change: Change) -> Iterable[int]:
    """The channel a provider channel feeds now, and the one it shall feed."""
    pair = [find_provider(change).id, str(change.arguments.get("provider_channel_id"))]
    found = {row[0] for row in change.db.conn.execute(_MAPPED, pair) if row[0] is not None}
    if change.operation == "mapping.set":
        with suppress(NotFoundError):  # a new one has no programmes
            found.add(find_channel(change).id)
    return found


def _count(change: Change, sql: str, **values: Any) -> int:
    return int(change.db.conn.execute(sql, {"limit": LIGHT + 1, **values}).fetchone()[0])


def _apart(
    path: Path | str, operation: str, arguments: Mapping[str, Any], actor: str, now: int
) -> dict[str, Any]:
    """The change made by another process, which finishes it even when this one is stopped."""
    request = {
        "path": str(Path(path).resolve()),
        "operation": operation,
        "arguments": arguments,
        "actor": actor,
        "now": now,
    }
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.changes.apply"],
        input=json.dumps(request).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=without_secrets(),
        start_new_session=True,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise DatabaseError(
            "the change was interrupted; nothing or all of it was done", "interrupted"
        ) from None
    if answer["ok"]:
        return dict(answer["result"])
    raise getattr(errors, answer["kind"])(answer["message"], answer["code"])


def main() -> int:
    """One change from standard input, its answer to standard output; 0, or 1 for an error."""
    try:
        request = json.load(sys.stdin.buffer)
        result = apply(
            request["path"],
            request["operation"],
            request["arguments"],
            actor=request["actor"],
            now=request["now"],
        )
        answer = {"ok": True, "result": result}
    except EpgError as error:
        kind = type(error).__name__
        answer = {"ok": False, "code": error.code, "kind": kind, "message": error.message}
    print(json.dumps(answer))
    return 0 if answer["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
