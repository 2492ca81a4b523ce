"""Environment files, as systemd and Docker read them: `NAME=value` in each line.

# a comment                 also with ; at the beginning
EPG_RETENTION_DAYS=14
EPG_API_TOKEN="a b"         quotes around a value are taken off
export EPG_ROLE=primary     as a shell would read it
"""

from __future__ import annotations

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

from ..core.errors import UsageError
from ..core.given_files import small_text
from .environment import SESSION_VARIABLE

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")


def take_env_file(path: str | Path, environ: MutableMapping[str, str] = os.environ) -> list[str]:
    """Set the variables of this program that the file names and the environment does not; returns their names.

    Others are left alone. Raises `UsageError` for a file that cannot be read, with the number of a bad line; no message has a
    value, which may be a token.
    """
    text = small_text(path, "the environment file")
    if text is None:
        raise UsageError(f"cannot read the environment file {path}: there is no such file; check the path")
    taken = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.strip()[0] in "#;":
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise UsageError(f"{path}, line {number}: must have the form NAME=value")
        name, value = match[1], _unquoted(match[2], f"{path}, line {number}")
        if (name.startswith("EPG_") or name == SESSION_VARIABLE) and name not in environ:
            environ[name] = value
            taken.append(name)
    return taken


def _unquoted(value: str, where: str) -> str:
    value = value.strip()
    if value[:1] not in ("'", '"'):
        return value
    if len(value) < 2 or value[-1] != value[0]:
        raise UsageError(f"{where}: a quote is missing at the end")
    return value[1:-1]
