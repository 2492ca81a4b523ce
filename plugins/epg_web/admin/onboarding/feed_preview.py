"""A look at a feed before it is imported. A process of its own fetches and reads it, so the site goes on answering."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...api import trigger, writes
from ...base.answer import Refused
from ...pages.visit import Visit

#: seconds that a look may take, and looks at the same time
PATIENCE, AT_ONCE = 120, 1
BUSY = "somebody looks at a feed just now; try again in a moment"
TOO_LONG = "the feed took too long to read; add the provider and import it, which may take longer"
BROKEN = "the feed could not be looked at; add the provider and import it, then the import log says why"
_THREADS = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="epg-preview")
_looking: set[object] = set()


async def look(visit: Visit, values: Mapping[str, Any], private: bool) -> dict[str, Any]:
    """What the feed at the address of a form has, as `epg_ingest.pipeline.preview` says it, or with `ok` false why that cannot
    be said. `private`: it may be in the local network. Raises `Refused` (503) while another one is looked at."""
    if len(_looking) >= AT_ONCE:
        raise Refused(503, BUSY, headers={"Retry-After": "10"})
    path = writes.guide_path(visit.datasette)
    request = {
        "url": values.get("xmltv_url"), "headers": dict(values.get("headers") or {}), "timezone": values.get("timezone"),
        "private_addresses": "allow" if private else "deny",
        "config": trigger.config_file(path, visit.datasette.config_dir),
    }  # fmt: skip
    mine = object()
    _looking.add(mine)
    try:
        return await asyncio.get_running_loop().run_in_executor(_THREADS, _looked, request)
    finally:
        _looking.discard(mine)


def _looked(request: dict[str, Any]) -> dict[str, Any]:
    from epg_ingest.settings.environment import without_secrets

    try:
        done = subprocess.run(
            [sys.executable, "-m", "epg_ingest.cli.api_preview"],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=without_secrets(),
            timeout=PATIENCE,
            check=False,
        )
        return dict(json.loads(done.stdout))
    except subprocess.TimeoutExpired:
        return {"ok": False, "code": "timeout", "error": TOO_LONG}
    except ValueError:
        return {"ok": False, "code": "broken", "error": BROKEN}
