"""What every answer needs, whatever its address.

In:      a request.
Out:     checked parameters, a connection, a cached or compressed answer, a refusal.
Touches: `epg.db`, read-only. It knows no route.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "access",
    "answer",
    "base_url",
    "cache",
    "connections",
    "csv_table",
    "http",
    "instance_names",
    "moments",
    "params",
    "refusals",
    "release",
    "sql",
    "zone",
]
