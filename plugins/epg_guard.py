"""Refuses to start where the guide would be unsafe or wrong, each time with one line that says what to do.

Tokens have their own file, `epg_token.py`.
"""

import logging
import sqlite3
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
from epg_web.host import requirements, site_texts

logger = logging.getLogger("datasette_epg")


def served_files(datasette: Any) -> list[tuple[str, Path]]:
    """Name and path of every database file that is served."""
    return [(name, Path(db.path).resolve()) for name, db in datasette.databases.items() if db.path]


def secrets_served(datasette: Any) -> str | None:
    for _, path in served_files(datasette):
        if path.suffix == ".secrets":
            return f"{path.name} holds passwords and must not be served: leave it off the command line"
    return None


def neighbour_served(datasette: Any) -> str | None:
    """A backup in the folder of `epg.db` would be published by `datasette .` without notice."""
    files = dict(served_files(datasette))
    folder = files[DATABASE].parent if DATABASE in files else None
    for name, path in files.items():
        if name != DATABASE and path.parent == folder:
            return f"{path.name} is beside {DATABASE}.db and would be published: move it to another folder"
    return None


def immutable(datasette: Any) -> str | None:
    guide = datasette.databases.get(DATABASE)
    if guide is not None and guide.path and not guide.is_mutable:
        return (
            f"{DATABASE}.db changes with every import and must not be immutable: start without -i, "
            "and remove inspect-data.json from the folder"
        )
    return None


def read_guide(path: Path) -> tuple[str, bool]:
    """The journal mode of the file, and whether it has the view `guide`. Raises sqlite3.Error."""
    with closing(connect(path, timeout=5.0)) as conn:
        (mode,) = conn.execute("PRAGMA journal_mode").fetchone()
        found = conn.execute("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'guide'").fetchone()
    return mode, found is not None


def unusable(datasette: Any) -> str | None:
    """Without WAL every import locks readers out, and some of their requests fail."""
    path = dict(served_files(datasette)).get(DATABASE)
    if path is None:
        return None
    try:
        mode, is_guide = read_guide(path)
    except sqlite3.Error as error:
        return f"{path.name} cannot be read ({error}): it must be a SQLite file in a folder that is writable"
    if not is_guide:
        return f"{path.name} is not a guide database: move it away, then run epg-ingest init"
    if mode != "wal":
        return f"{path.name} is in journal mode {mode}: run sqlite3 {path.name} 'PRAGMA journal_mode=WAL'"
    return None


def named_otherwise(datasette: Any) -> list[str]:
    """The files that are guides by what they hold, but are not served as `epg`."""
    names = []
    for name, path in served_files(datasette):
        try:
            if name != DATABASE and path.is_file() and read_guide(path)[1]:
                names.append(path.name)
        except sqlite3.Error:
            logger.debug("%s cannot be read", path.name)  # Datasette itself says what is wrong with it
    return names


def judge_datasette() -> None:
    """Say in one line where this Datasette is newer than those that are tested.

    Raises click.ClickException where it would leave out a part of the guide.
    """
    found = requirements.judged()
    if found.refusal:
        raise click.ClickException(found.refusal)
    if found.warning:
        logger.warning("%s", found.warning)


@hookimpl(trylast=True)
def startup(datasette: Any) -> None:
    for check in (secrets_served, neighbour_served, immutable, unusable):
        if problem := check(datasette):
            raise click.ClickException(problem)
    for file in [] if DATABASE in datasette.databases else named_otherwise(datasette):
        logger.warning(
            "%s is served without its pages, API and limits, because these belong to a file named %s.db: rename it",
            file,
            DATABASE,
        )
    if DATABASE in datasette.databases:
        judge_datasette()
        if contradiction := site_texts.contradiction(datasette):
            logger.warning("%s", contradiction)
