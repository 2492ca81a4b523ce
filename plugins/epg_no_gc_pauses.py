"""Keeps Python's garbage collector from looking through everything that was loaded at the start.

Datasette and its libraries are some 60,000 objects that stay. To walk them takes 10 to 20 ms, more while an import
runs, and every request waits for it. This is done only where the process is a server, because frozen objects are never
collected.
"""

import gc
from typing import Any

import click
from datasette import hookimpl


@hookimpl(trylast=True)
def startup(datasette: Any) -> None:
    # `epg-ingest serve` does the same when it is ready (`epg_ingest.serve.serve_worker`).
    if click.get_current_context(silent=True) is not None:
        gc.collect()
        gc.freeze()
