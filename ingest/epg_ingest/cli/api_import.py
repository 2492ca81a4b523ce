"""The process that the API starts for `POST /import/trigger`: `epg-ingest import --announce`, recorded in `write_log`.

    echo '{"path": "epg.db", "names": ["bbc"], "force": false, "actor": "epg-admin", "config": null}' |
        python -m epg_ingest.cli.api_import

prints the one line of `import --announce`. The names come through the pipe, so that none can be taken for an option.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ..storage.audit import audited
from .main import main


def arguments(request: Mapping[str, Any]) -> list[str]:
    """The command line of `epg-ingest`."""
    config = ["--config", request["config"]] if request["config"] else []
    force = ["--force"] if request["force"] else []
    options = ["--no-wait", "--trigger", "api", "--announce", *force]
    return ["--db", request["path"], *config, "import", *options, "--", *request["names"]]


def subject(names: Sequence[str]) -> str:
    if not names:
        return "all enabled providers"
    return f"provider {names[0]}" if len(names) == 1 else f"{len(names)} providers"


def run() -> NoReturn:
    """One import, recorded in `write_log` with the first transaction that makes its log rows; leaves as `main` does."""
    request = json.load(sys.stdin.buffer)
    names = request["names"]
    with audited(
        request["actor"], "import.trigger", subject(names), {"providers": names, "force": request["force"]}
    ):
        main(arguments(request))


if __name__ == "__main__":
    run()
