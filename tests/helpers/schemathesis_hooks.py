"""Loaded by the program schemathesis, see test_schemathesis.py."""

from __future__ import annotations

from typing import Any

import schemathesis


def has_gap(value: Any) -> bool:
    """Whether a value, or a part of it, is sent as nothing: an object becomes several parameters."""
    if isinstance(value, dict):
        return not value or any(map(has_gap, value.values()))
    if isinstance(value, list):
        return not value or any(map(has_gap, value))
    return value is None or value == ""


@schemathesis.hook
def filter_query(context: schemathesis.HookContext, query: dict[str, Any] | None) -> bool:
    """An empty value counts as left out, as forms send it, which the type of a number cannot say."""
    return not any(map(has_gap, (query or {}).values()))
