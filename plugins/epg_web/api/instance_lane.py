"""The one `Lane` of a Datasette instance. It is kept on the instance, so that instances in one process share nothing."""

from typing import Any

from ..base import access
from ..base.base_url import prefix
from ..base.connections import ConnectionPool
from ..base.instance_names import DATABASE
from ..search.first_hits import refresh
from .lane import Lane

CACHE_MB = 64


def lane_of(datasette: Any) -> Lane | None:
    """The instance's lane, made at first use. None where no guide is served from a file."""
    lane: Lane | None = getattr(datasette, "_epg_lane", None)
    if lane is None:
        guide = datasette.databases.get(DATABASE)
        if guide is None or not guide.path:
            return None
        cache_bytes = int(access.config(datasette).get("cache_mb", CACHE_MB)) * 1024 * 1024
        pool = ConnectionPool(guide.path, refresh)
        lane = datasette._epg_lane = Lane(pool, cache_bytes, prefix(datasette))
    return lane
