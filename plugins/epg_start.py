"""Makes `epg.db` where it is missing or empty, so that `datasette .` serves a guide on a fresh clone.

Datasette looks for `*.db` before any plugin runs, so the new file is added to the running instance here.
"""

import logging
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.connections import connect
from epg_web.base.instance_names import DATABASE

logger = logging.getLogger("datasette_epg")


def is_our_folder(folder: Any) -> bool:
    """Whether this configuration directory is a checkout of the bundle, not somebody else's."""
    return folder is not None and (Path(folder) / "plugins" / "epg_start.py").is_file()


def has_tables(path: str | Path) -> bool:
    """False for a file of 0 bytes, and for one that `datasette --create` has made."""
    with closing(connect(path, timeout=5.0)) as conn:
        (count,) = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(count)


def make_guide(path: str | Path) -> bool:
    """Make an empty, migrated guide at `path`; True when it is there. Raises click.ClickException."""
    try:
        from epg_ingest.core.errors import EpgError
        from epg_ingest.storage.database import open_database
    except ImportError:
        logger.error(
            "%s is missing and the package `epg_ingest` is not installed: run pip install -e . first", path
        )
        return False
    try:
        open_database(path).conn.close()
    except EpgError as error:
        raise click.ClickException(error.message) from error
    return True


def is_empty_guide(served: Any) -> bool:
    """Whether `epg` is a file without tables, to be filled. `epg.secrets`, which Datasette calls `epg` too, is not."""
    path = Path(served.path) if served.path else None
    return path is not None and path.suffix != ".secrets" and served.is_mutable and not has_tables(path)


@hookimpl(tryfirst=True)
def startup(datasette: Any) -> None:
    from datasette.database import Database

    served = datasette.databases.get(DATABASE)
    if served is None:
        if is_our_folder(datasette.config_dir):
            path = Path(datasette.config_dir) / f"{DATABASE}.db"
            if make_guide(path):
                datasette.add_database(Database(datasette, path=str(path), is_mutable=True), name=DATABASE)
    elif is_empty_guide(served):
        make_guide(served.path)
