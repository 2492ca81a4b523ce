"""The one `Lane` of a Datasette instance, kept on it, so that instances in one process share nothing."""

from typing import Any

from ..base.connections import Pool
from ..search.soonest import refresh
from .lane import Lane

NAME = "epg"
CACHE_MB = 64


def of(datasette: Any) -> Lane | None:
    """Made at first use; None where no guide is served from a file."""
    lane: Lane | None = getattr(datasette, "_epg_lane", None)
    if lane is None:
        guide = datasette.databases.get(NAME)
        if guide is None or not guide.path:
            return None
        config = datasette.plugin_config("datasette-epg") or {}
        cache_bytes = int(config.get("cache_mb", CACHE_MB)) * 1024 * 1024
        lane = datasette._epg_lane = Lane(Pool(guide.path, refresh), cache_bytes, prefix(datasette))
    return lane


def prefix(datasette: Any) -> str:
    """What a proxy puts in front of every address: Datasette's `base_url` without its last slash."""
    return str(datasette.setting("base_url")).rstrip("/")


def inside(front: str, scope: dict[str, Any]) -> dict[str, Any]:
    """The scope with its path as the routes know it; a proxy may or may not have taken the prefix `front` off."""
    if front and scope["path"].startswith(front + "/"):
        return {**scope, "path": scope["path"][len(front) :]}
    return scope
