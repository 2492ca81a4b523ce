"""`POST /import/trigger`: an import in its own process, with the command that the schedule runs.

The process has its own session, so it goes on when the web server stops. It prints one line when its log rows exist,
and that line becomes the answer. Under systemd a stopped service takes all its processes along, unless its unit says
`KillMode=process`.
"""

import json
import logging
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from ..base.answer import Answer, Refused, dump
from ..base.connections import connect
from .routes import BASE

#: seconds in which the import must have begun; it waits at most a few of them for another change
PATIENCE = 30.0
MAX_PROVIDERS = 1000
CANNOT = "the import could not be started; the server's log has the details"
LOCKED = "somebody else is writing; try again in a moment"
logger = logging.getLogger("datasette_epg")


def start(path: Path, body: dict[str, Any], actor: str, config_dir: str | Path | None, front: str) -> Answer:
    """202 with the log ids, or 409 with the import that runs already. `body` has names or ids of providers and `force`.
    Addresses in the body begin with `front`, the prefix of the site or "".

    Raises `Refused`: 404 for a provider that is not there, 400 when there is nothing to import.
    """
    names = [str(name) for name in body.get("providers") or []]
    if len(names) > MAX_PROVIDERS:
        raise Refused(400, f"providers must have at most {MAX_PROVIDERS} entries; leave it out for all")
    _check_texts(names)
    request = {
        "path": str(path.resolve()), "names": names, "force": body.get("force", False), "actor": actor,
        "config": config_file(path, config_dir),
    }  # fmt: skip
    said = _announced(request)
    if "imports" in said:
        return _started(said["imports"], front)
    if said.get("code") == "busy":
        return _busy(path, said["error"], front)
    raise _refused(said, request)


def _check_texts(names: list[str]) -> None:
    from epg_ingest.changes.operations import check_texts

    check_texts(names)


def config_file(path: Path, config_dir: str | Path | None) -> str | None:
    """The `config.yaml` of the bundle, else the one beside the database. With None the process looks in its current folder."""
    for folder in (config_dir, path.parent):
        if folder is not None and (Path(folder) / "config.yaml").is_file():
            return str((Path(folder) / "config.yaml").resolve())
    return None


def _announced(request: dict[str, Any]) -> dict[str, Any]:
    """Start the process and wait for its line; {} when it ends or hangs without one."""
    process = _process()
    timer = threading.Timer(PATIENCE, process.terminate)
    timer.start()
    try:
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        line = process.stdout.readline()
        process.stdout.close()
    except BrokenPipeError:
        line = b""
    finally:
        timer.cancel()
        # Its exit status must be collected, or it stays in the process table.
        threading.Thread(target=process.wait, name="epg-import", daemon=True).start()
    try:
        return dict(json.loads(line))
    except ValueError:
        return {}


def _process() -> subprocess.Popen[bytes]:
    from epg_ingest.settings.environment import without_secrets

    return subprocess.Popen(
        [sys.executable, "-m", "epg_ingest.cli.api_import"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=without_secrets(),
        start_new_session=True,
        close_fds=True,
    )


def _started(imports: list[dict[str, Any]], front: str) -> Answer:
    rows = [{**row, "url": f"{front}{BASE}/imports/{row['id']}"} for row in imports]
    headers = {"Location": rows[0]["url"].removeprefix(front)} if rows else {}
    return Answer(dump({"message": "Import started", "imports": rows}), 202, headers=headers)


def _busy(path: Path, message: str, front: str) -> Answer:
    shape = {"ok": False, "error": message, "errors": [message], "status": 409}
    ident = _running(path)
    if ident is None:
        return Answer(dump(shape), 409)
    url = f"{BASE}/imports/{ident}"
    return Answer(dump({**shape, "running": front + url}), 409, headers={"Location": url})


def _running(path: Path) -> int | None:
    """The id of the running import. One that has just got the lock has its row a moment later, so this looks again."""
    with closing(connect(str(path))) as conn:
        for _ in range(10):
            row = conn.execute("SELECT min(id) FROM import_log WHERE status = 'running'").fetchone()
            if row[0] is not None:
                return int(row[0])
            time.sleep(0.1)
    return None


def _refused(said: dict[str, Any], request: dict[str, Any]) -> Refused:
    """The refusal of the import. A message about the server and its files goes to the log only."""
    status = {"notfound": 404, "usage": 400}.get(said.get("code", ""))
    message = said.get("error", "")
    if said.get("code") == "locked":
        return Refused(503, LOCKED, headers={"Retry-After": "5"})
    files = [str(Path(request["path"]).parent), *filter(None, [request["config"]])]
    if status is None or any(file in message for file in files):
        logger.error("an import did not start: %s", message or "it ended without a word")
        return Refused(503, CANNOT, headers={"Retry-After": "30"})
    return Refused(status, message)
