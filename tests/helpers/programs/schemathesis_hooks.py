"""Hooks for the program schemathesis, which test_schemathesis.py runs."""

from __future__ import annotations

from typing import Any

import schemathesis


def has_gap(value: Any) -> bool:
    """Whether a value, or a part of it, is sent as an empty text. An object is sent as several parameters."""
    if isinstance(value, dict):
        return not value or any(map(has_gap, value.values()))
    if isinstance(value, list):
        return not value or any(map(has_gap, value))
    return value is None or value == ""


@schemathesis.hook
def filter_query(context: schemathesis.HookContext, query: dict[str, Any] | None) -> bool:
    """Leave out empty values: the API ignores them, because forms send them, but the schema of a number cannot say so."""
    return not any(map(has_gap, (query or {}).values()))
