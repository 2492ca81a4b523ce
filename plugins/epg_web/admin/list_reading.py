"""A list that was sent in a form, read into a line-up by a process of its own, as a refresh is."""

import json
import subprocess
import sys
from typing import Any

from ..api import trigger, writes
from ..base.answer import Refused

#: seconds; the largest list that may be sent takes about 20
PATIENCE = 300


def read_given(datasette: Any, ident: int, listed: bytes, force: bool) -> dict[str, Any]:
    """The outcome of the refresh, as `epg-ingest lineups refresh --json` prints it.

    The list goes through a pipe, because it holds passwords. Raises `Refused` (503) where the process ends without an outcome.
    """
    from epg_ingest.settings.environment import without_secrets

    path = writes.guide_path(datasette)
    config = trigger.config_file(path, datasette.config_dir)
    command = [
        *(sys.executable, "-m", "epg_ingest.cli", "--db", str(path.resolve())),
        *(["--config", config] if config else []),
        *("lineups", "refresh", "--trigger", "api", "--json", "--file", "-"),
        *(["--force"] if force else []), "--", str(ident),
    ]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - this program
            command, input=listed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=without_secrets(),
            timeout=PATIENCE, check=False, start_new_session=True,
        )  # fmt: skip
        (outcome,) = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        raise Refused(503, writes.CANNOT, headers=writes.RETRY) from None
    return dict(outcome)
