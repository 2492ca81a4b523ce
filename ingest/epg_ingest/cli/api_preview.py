"""The process that the site starts to look at a feed before it is imported.

    echo '{"url": "https://feeds.example/guide.xml", "headers": {}, "private_addresses": "deny", "timezone": null,
           "config": null, "path": "epg.db"}' | python -m epg_ingest.cli.api_preview

prints one line of JSON: what `pipeline.preview` says, or `{"ok": false, "code": …, "error": …}`. The address goes through the
pipe, where other users cannot read it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.errors import EpgError
from ..core.redact import redact, secrets_of


def preview_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """The preview of one request, or why there is none. No text has a secret of the address or the headers."""
    from ..core.times import zone
    from ..download.fetch import Source
    from ..guide import provider_settings
    from ..pipeline.preview import preview
    from ..settings.settings import load

    secrets = frozenset(request["headers"].values()) | secrets_of(request["url"])
    try:
        settings = load({}, Path(request["config"]) if request["config"] else None)
        source = Source(
            provider_settings.url(request["url"]) or "",
            request["headers"],
            private_addresses=request["private_addresses"],
        )
        named = request["timezone"]
        return preview(source, zone(named) if named else None, settings.limits(), int(time.time()))
    except EpgError as error:
        return {"ok": False, "code": error.code, "error": redact(error.message, secrets)}


def main() -> None:
    """Answer the request on standard input. Readers of the guide come first."""
    os.nice(10)
    print(json.dumps(preview_of(json.load(sys.stdin.buffer))))


if __name__ == "__main__":
    main()
