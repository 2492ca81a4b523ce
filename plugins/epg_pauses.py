"""Keeps Python's garbage collector from looking through everything that was loaded at the start.

Datasette and its libraries are some 60,000 objects that stay. To walk them takes 10 to 20 ms, more while an import runs, and
every request waits for it. Only where this process is a server: what is frozen is never collected.
"""

import gc

import click
from datasette import hookimpl


@hookimpl(trylast=True)
def startup(datasette):
    # `epg-ingest serve` does the same when it is ready (ingest/serve_worker.py).
    if click.get_current_context(silent=True) is not None:
        gc.collect()
        gc.freeze()
