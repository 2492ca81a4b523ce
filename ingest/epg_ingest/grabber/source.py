"""The whole document of a guide, from a database or from a site."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ..core.database_files import followed
from ..core.errors import EpgError, UsageError
from ..core.given_files import require_guide
from ..core.terminal.standard_streams import UNWRITTEN
from .configuration import Configuration
from .site import download


def fetch(configuration: Configuration, out: BinaryIO, days: int | None = None) -> None:
    """Write the XMLTV document with safe channel ids to `out`. With `days=0` only the channels count, so programmes may be left
    out. Raises `EpgError` where the source cannot be read, and where there is no room for the document."""
    try:
        if is_address(configuration.source):
            download(configuration, out, days)
        else:
            _export(configuration, out, days)
    except OSError as error:
        if error.errno not in UNWRITTEN:
            raise
        said = (
            "no room left on the disk for the temporary file; free some space, or set TMPDIR to another place"
        )
        raise EpgError(said, "diskfull") from error


def is_address(source: str) -> bool:
    """Whether it is the address of a site and not the path of a database."""
    return source.lower().startswith(("http://", "https://"))


def database_of(configuration: Configuration) -> Path:
    """The database of the source; that of the settings where the source is a site, or none is named."""
    from ..settings.settings import load

    named = "" if is_address(configuration.source) else configuration.source
    return followed(named or load()["database.path"])


def from_anywhere(source: str) -> str:
    """The source as every folder understands it: the path of a database becomes absolute, `~` the user's folder."""
    if not source or "://" in source:
        return source
    return os.path.abspath(os.path.expanduser(source))


def _export(configuration: Configuration, out: BinaryIO, days: int | None) -> None:
    from ..export.form import Form
    from ..export.xmltv import write_xmltv
    from ..storage.database import stands_alone
    from ..storage.reading import reading_guide

    if "://" in configuration.source:
        raise UsageError(
            f"the source {configuration.source} is neither a path nor an address such as http://127.0.0.1:8001"
        )
    path = database_of(configuration)
    require_guide(path, "name one with --db, or the address of a site with --url")
    form, stop = Form(configuration.lang or None, safe_ids=True), 1 if days == 0 else None
    with reading_guide(path) as db:
        # A file that is read without locks is watched by one process only.
        write_xmltv(db, out, form=form, stop=stop, workers=1 if stands_alone(path) else None)
