"""Performs operations. This is the only way in which the web process changes the guide.

`perform` runs a small operation in the calling process. A large one would hold the write lock for long while other requests
wait for the web process, so a child process runs it:

    echo '{"path": "epg.db", "operation": "provider.delete", "arguments": {"provider": 3}, "actor": "a", "now": 1}' |
        python -m epg_ingest.changes.perform

prints `{"ok": true, "result": …}` or `{"ok": false, "code": …, "kind": …, "message": …}`. Addresses and headers go
through the pipes only: other users can read command lines and environments.

| operation | arguments | result |
| --- | --- | --- |
| provider.create | `name` and settings: `xmltv_url`, `headers` …, as the columns of `providers` | the provider |
| provider.update | `provider` and settings | the provider |
| provider.delete | `provider` | `id`, `name`, `removed` programmes |
| channel.create | `name` and settings: `display_name`, `icon_url`, `number`, `hidden`, `pinned` | the channel |
| channel.update | `channel` and settings | the channel |
| channel.update_many | `channels`: a list of settings, each with `id` or `name` | `channels`: all of them |
| channel.delete | `channel` | `id`, `name`, `removed` programmes |
| channel.merge | `source`, `target` | the target with `moved` and `dropped` programmes |
| channel.merge_many | `sources`: a list of ids, `target` | the target's names, with `moved` and `dropped` programmes |
| channel.move | `channels`: a list of ids, `before` (none: last) | `places` that changed |
| channel.forget_order | | `places` that are taken back |
| channel.group | `channels`: a list of ids, `group`, `member` (true) | `group`, `changed` |
| channels.match | `score`, `provider` | how many were `joined` and `left_out`; programmes as with mapping.set |
| undo | `change` (the last) | `action` and `subject` of what was taken back; programmes as with mapping.set |
| mapping.set | `provider`, `provider_channel_id`, `channel`, `create` (false), `shift_minutes` | the mapping |
| mapping.shift | `provider`, `provider_channel_id`, `shift_minutes` | the mapping |
| lineup.create | `name` and settings: `url`, `title`, `kinds`, `id_scheme` … | `id`, `name` |
| lineup.update, .delete | `lineup`, settings | `id`, `name` |
| lineup.add_entry | `lineup`, `channel`, and columns of the entry | `id` |
| lineup.edit_entries | `lineup`, `entries`: a list of columns, each with `id` | `ids` |
| rule.create | `field`, `pattern`, `action`, and `value`, `provider` … | the rule; `contents` and `programmes` that follow |
| rule.update, .delete | `rule`, settings | the same |
| rule.import | `document`: `rules` and `sets` | how many of both; `contents` and `programmes` |
| rule_set.choose | `sets` or `all`, `enabled`, `provider` | `sets`, `contents`, `programmes` |
| series.merge | `source`, `target`: numbers of series | `id`: the series of both |
| series.split | `series`, `keys` or `channels` (numbers), `title` | `id`: the other series; `programmes` that went there |
| mapping.ignore, .delete | `provider`, `provider_channel_id` | the mapping; with delete what it did |

`provider`, `channel`, `source` and `target` are names or ids; `create` makes a channel that is missing. Mappings come with the
fields of `guide.mappings.Remapped`.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ..core import errors
from ..core.errors import DatabaseError, EpgError, NotFoundError, UsageError
from ..settings.environment import without_secrets
from ..storage.database import connect_readonly, open_database, opened, translated
from ..storage.vault import Vault, vault_path
from .channel_operations import CHANNEL_OPERATIONS
from .lineup_operations import LINEUP_OPERATIONS
from .operations import OPERATIONS, Change, check_texts
from .rule_operations import RULE_OPERATIONS
from .series_operations import SERIES_OPERATIONS
from .touched import touches_many

ACTIONS = {**OPERATIONS, **CHANNEL_OPERATIONS, **LINEUP_OPERATIONS, **RULE_OPERATIONS, **SERIES_OPERATIONS}
#: how long an operation waits for the write transaction of an import before it fails with `locked`
WAIT_MILLISECONDS = 5_000


def perform(
    path: Path | str, operation: str, arguments: Mapping[str, Any], *, actor: str, now: int
) -> dict[str, Any]:
    """Perform one operation, in a child process if it touches many programmes. Arguments, result and errors are those of
    `perform_here`."""
    check_texts(arguments)
    if is_large(path, operation, arguments):
        return _perform_in_child(path, operation, arguments, actor, now)
    return perform_here(path, operation, arguments, actor=actor, now=now)


def perform_here(
    path: Path | str, operation: str, arguments: Mapping[str, Any], *, actor: str, now: int
) -> dict[str, Any]:
    """Perform one operation on the guide at `path` in this process and record it in `write_log`.

    Returns the new state as JSON values. `now` is epoch seconds. Raises `UsageError` (`NotFoundError`, `ConflictError`) for
    arguments that are refused, and `DatabaseError` for the rest: `locked` when another program writes for longer than five
    seconds.
    """
    check_texts(arguments)
    action = ACTIONS.get(operation)
    if action is None:
        raise UsageError(f"unknown operation; known are: {', '.join(ACTIONS)}")
    with translated(path), closing(open_database(path).conn) as conn:
        conn.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        return action(_change(conn, path, operation, arguments, actor, now))


def is_large(path: Path | str, operation: str, arguments: Mapping[str, Any]) -> bool:
    """Whether an operation touches many programmes. False for one that `perform_here` will refuse."""
    if operation not in ACTIONS or not Path(path).exists():
        return False
    with translated(path), closing(connect_readonly(path, timeout=WAIT_MILLISECONDS / 1000)) as conn:
        try:
            check_texts(arguments)
            return touches_many(_change(conn, path, operation, arguments, "", 0))
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


def _perform_in_child(
    path: Path | str, operation: str, arguments: Mapping[str, Any], actor: str, now: int
) -> dict[str, Any]:
    """`perform_here` in a child process, which finishes even when this one is stopped."""
    request = {
        "path": str(Path(path).resolve()),
        "operation": operation,
        "arguments": arguments,
        "actor": actor,
        "now": now,
    }
    done = subprocess.run(
        [sys.executable, "-m", "epg_ingest.changes.perform"],
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
    """Perform the operation on standard input and print the answer. Returns 0, or 1 for an error."""
    try:
        request = json.load(sys.stdin.buffer)
        result = perform_here(
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
