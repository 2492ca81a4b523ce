"""Parts that `pip install` leaves out unless they are asked for."""

from __future__ import annotations

from importlib.util import find_spec

from ..core.errors import UsageError


def require_pyarrow() -> None:
    """Raise `UsageError`, which names the extra, when there is no pyarrow."""
    if find_spec("pyarrow") is None:
        raise UsageError("archive.path needs pyarrow; install it with: pip install 'datasette-epg[archive]'")
