"""JSON as SQLite's own functions write it."""

from __future__ import annotations

from typing import Any

import orjson


def dumps(value: Any) -> str:
    """Compact JSON, as SQLite's own functions write it."""
    return orjson.dumps(value).decode()
