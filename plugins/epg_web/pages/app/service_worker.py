"""`/sw.js`: the service worker, with the addresses of this site before it. It stands at the top: it serves what is below."""

import json
from typing import Any

from ...shell.static_files import address_of, edition, files
from ..visit import Visit

FOLDERS = ("js/", "icons/icon.svg")
JAVASCRIPT = "text/javascript; charset=utf-8"


async def page(visit: Visit) -> Any:
    from datasette.utils.asgi import Response

    # Browsers ask for it again at each visit; an older one would keep older files.
    headers = {
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": policy(),
    }
    return Response(script(visit.datasette), 200, headers, JAVASCRIPT)


def policy() -> str:
    """What the worker itself may ask: this site."""
    return "default-src 'none'; connect-src 'self'; script-src 'self'"


def script(datasette: Any) -> str:
    path = datasette.urls.path
    names = ["site.css", *(name for name in files() if name.startswith(FOLDERS) and name != "js/worker.js")]
    given = {
        "BASE": path("/"), "EDITION": edition(), "OFFLINE": path("/guide/offline"),
        "FILES": [path(address_of(name)) for name in names],
    }  # fmt: skip
    lines = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
    return lines + files()["js/worker.js"].body.decode()
