"""Datasette's `base_url`: the path that a proxy puts in front of every address."""

from typing import Any

from .http import Scope


def prefix(datasette: Any) -> str:
    """`base_url` without its last slash; "" where the instance is at the root of its host."""
    return str(datasette.setting("base_url")).rstrip("/")


def without_prefix(front: str, scope: Scope) -> Scope:
    """The scope with the path that routes know. A proxy may have removed the prefix `front` or left it in place."""
    if front and scope["path"].startswith(front + "/"):
        return {**scope, "path": scope["path"][len(front) :]}
    return scope
