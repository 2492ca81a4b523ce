"""Limits on what one SQL statement may build and see, because everybody may send one."""

import sqlite3
import sys
from pathlib import Path
from typing import Any

from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.instance_names import DATABASE
from epg_web.sql_processes.sql_limits import limit


@hookimpl
def prepare_connection(conn: sqlite3.Connection, datasette: Any) -> None:
    if DATABASE in datasette.databases:
        limit(conn)
