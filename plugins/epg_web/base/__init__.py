"""What every answer needs, whatever its address. It knows no route.

In:      a request, and the settings of the Datasette instance.
Out:     checked parameters, a connection, a cached or compressed answer, a refusal.
Touches: `epg.db`, read-only.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "access",
    "actors",
    "answer",
    "base_url",
    "cache",
    "connections",
    "csv_table",
    "genre_filter",
    "http",
    "instance_names",
    "lineup_filter",
    "moments",
    "params",
    "proxy",
    "refusals",
    "release",
    "sessions",
    "sql",
    "viewer",
    "zone",
]
