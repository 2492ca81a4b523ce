"""Where the files beside a database are: secrets, locks, the secret of sessions, pictures.

A link leads to the same guide as the name of the file itself, so both names must lead to the same lock and the same secrets.
"""

from __future__ import annotations

import os
from pathlib import Path


def followed(database: Path | str) -> Path:
    """The path of the database itself where `database` is a link; another path stays as it was given."""
    return Path(os.path.realpath(database)) if os.path.islink(database) else Path(database)


def beside(database: Path | str, ending: str) -> Path:
    """The file beside a database that has its name with another ending: `epg.lock` for `epg.db` and `.lock`."""
    return followed(database).with_suffix(ending)
