"""Makes `epg.db` where it is missing or empty, so that `datasette .` serves a guide on a fresh clone.

Datasette looks for `*.db` before any plugin runs, so the new file is added to the running instance here.
"""

import logging
import sqlite3
from pathlib import Path

import click
from datasette import hookimpl

NAME = "epg"
logger = logging.getLogger("datasette_epg")


def is_our_folder(folder):
    """Whether this configuration directory is a checkout of the bundle, not somebody else's."""
    return folder is not None and (Path(folder) / "plugins" / "epg_start.py").is_file()


def has_tables(path):
    """False for a file of 0 bytes, or as `datasette --create` leaves it."""
    conn = sqlite3.connect(Path(path).resolve().as_uri() + "?mode=ro", uri=True)
    try:
        return conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] > 0
    finally:
        conn.close()


def make_guide(path):
    """An empty, migrated guide at `path`; True when it is there."""
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


def is_empty_guide(served):
    """Whether `epg` is a file without tables, to be filled. `epg.secrets`, called `epg` too, is not one."""
    path = Path(served.path) if served.path else None
    return path is not None and path.suffix != ".secrets" and served.is_mutable and not has_tables(path)


@hookimpl(tryfirst=True)
def startup(datasette):
    from datasette.database import Database

    served = datasette.databases.get(NAME)
    if served is None:
        if is_our_folder(datasette.config_dir):
            path = Path(datasette.config_dir) / f"{NAME}.db"
            if make_guide(path):
                datasette.add_database(Database(datasette, path=str(path), is_mutable=True), name=NAME)
    elif is_empty_guide(served):
        make_guide(served.path)
