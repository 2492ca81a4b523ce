"""Writes of watches and targets: see `writes`. A test message is sent by a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from ...base.answer import Answer, Refused, dump
from ..route_kinds import BASE
from ..writes import Write
from .watch_reads import operation

DENIED = (
    "private_addresses: allow needs allow_private_addresses: true in the server's configuration; "
    "or run: epg-ingest targets set NAME --private-addresses allow"
)
#: seconds that a test message may take, with the start of its process
TEST_SECONDS = 60


def _run(asked: Write, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return operation(asked.path, name, arguments, asked.owner)


def _watch_create(asked: Write) -> Answer:
    made = _run(asked, "watch.create", asked.body)
    return Answer(dump(made), 201, headers={"Location": f"{BASE}/watches/{made['id']}"})


def _watch_try(asked: Write) -> Answer:
    return Answer(dump(_run(asked, "watch.preview", asked.body)))


def _watch_update(asked: Write) -> Answer:
    return Answer(dump(_run(asked, "watch.update", {"watch": asked.ident, **asked.body})))


def _watch_delete(asked: Write) -> Answer:
    _run(asked, "watch.delete", {"watch": asked.ident})
    return Answer(b"", 204)


def _target_create(asked: Write) -> Answer:
    _guard(asked, "deny")
    made = _run(asked, "target.create", asked.body)
    return Answer(dump(made), 201, headers={"Location": f"{BASE}/targets/{made['id']}"})


def _target_update(asked: Write) -> Answer:
    """With a new address a target loses the access to private ones that the old one had."""
    now = _run(asked, "target.get", {"target": asked.ident})["private_addresses"]
    _guard(asked, "deny" if "url" in asked.body else now)
    return Answer(dump(_run(asked, "target.update", {"target": asked.ident, **asked.body})))


def _guard(asked: Write, now: str) -> None:
    """Raise `Refused` (400) for access to private addresses that the configuration does not allow, and that is not there."""
    if asked.body.get("private_addresses") == "allow" and now != "allow" and not asked.allow_private:
        raise Refused(400, DENIED)


def _target_delete(asked: Write) -> Answer:
    _run(asked, "target.delete", {"target": asked.ident})
    return Answer(b"", 204)


def _target_test(asked: Write) -> Answer:
    """Whether the message arrived. Raises `NotFoundError` for a target of somebody else."""
    _run(asked, "target.get", {"target": asked.ident})
    from epg_ingest.settings.environment import without_secrets

    command = [
        "--db",
        str(asked.path.resolve()),
        "targets",
        "test",
        "--json",
        "--owner",
        asked.owner,
        "--",
        str(asked.ident),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - this program
            [sys.executable, "-m", "epg_ingest.cli", *command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=without_secrets(),
            timeout=TEST_SECONDS, start_new_session=True, check=False,
        )  # fmt: skip
        said = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise Refused(503, "the test message could not be sent now", headers={"Retry-After": "5"}) from None
    return Answer(dump({"ok": said["ok"], "error": said["error"] or None}))


WATCH_WRITES: dict[str, Callable[[Write], Answer]] = {
    "watch_create": _watch_create, "watch_try": _watch_try, "watch_update": _watch_update, "watch_delete": _watch_delete,
    "target_create": _target_create, "target_update": _target_update, "target_delete": _target_delete,
    "target_test": _target_test,
}  # fmt: skip
