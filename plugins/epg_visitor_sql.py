"""Runs SQL of visitors in processes of its own, which end with the time limit whatever SQLite is doing.

That holds for every database that is served: a slow statement on one of them would stop all SQL pages.

The work is in `epg_web.sql_processes`. Windows has no `fork`; there statements run on Datasette's threads.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.instance_names import DATABASE
from epg_web.host import site_texts
from epg_web.sql_processes.csv_stream import CsvPlaces
from epg_web.sql_processes.forked import Forker, shared_forker
from epg_web.sql_processes.visitor_sql import address_of, isolate, places_of

#: plugins whose part in preparing a connection the SQL processes know
KNOWN = ("epg_limits.py", "datasette.sql_functions")


def forker_of(datasette: Any) -> Forker:
    """The shared forker, or one with a Datasette of its own where extensions or other plugins prepare connections."""
    from datasette.plugins import pm

    others = [found.plugin_name for found in pm.hook.prepare_connection.get_hookimpls()]
    plain = not datasette.sqlite_extensions and not datasette.crossdb
    if plain and set(others) <= set(KNOWN):
        return shared_forker()
    options = {
        "files": list(datasette.files), "plugins_dir": datasette.plugins_dir and str(datasette.plugins_dir),
        "sqlite_extensions": list(datasette.sqlite_extensions or ()), "crossdb": datasette.crossdb,
        **site_texts.options(datasette),
    }  # fmt: skip
    # A message holds plain values only, and YAML may have given dates.
    return Forker(json.loads(json.dumps(options, default=str)))


@hookimpl
def startup(datasette: Any) -> None:
    if DATABASE not in datasette.databases or not hasattr(os, "fork"):
        return
    forker, places = forker_of(datasette), places_of(datasette)
    for database in datasette.databases.values():
        # One with a name in memory can be read by the process that holds it only. Plugins make them, for themselves.
        if database.memory_name is None:
            isolate(datasette, database, forker, places)
    address = address_of(datasette, datasette.databases[DATABASE])
    datasette._epg_csv_places = CsvPlaces(address, DATABASE, forker)
