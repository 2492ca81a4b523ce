"""What a parser process loads: it starts while a feed waits for it."""

from __future__ import annotations

import subprocess
import sys

#: matching names, downloading, command line, the guide's tables, and the importer's side of the pool
NOT_NEEDED = (
    "rapidfuzz", "httpx", "requests", "sqlite_utils", "click", "datasette", "icalendar", "yaml", "cryptography", "email",
    "http", "epg_ingest.parse.pool", "epg_ingest.parse.splitter", "epg_ingest.parse.feed_secrets", "epg_ingest.storage",
    "epg_ingest.settings", "epg_ingest.guide", "epg_ingest.merge", "epg_ingest.pipeline", "epg_ingest.download",
    "epg_ingest.cli",
)  # fmt: skip
LOADED = "import epg_ingest.parse.parser_process, sys; print(*sys.modules)"


def test_a_parser_process_loads_only_what_it_needs() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert "epg_ingest.parse.reader" in loaded
    assert loaded & set(NOT_NEEDED) == set()
