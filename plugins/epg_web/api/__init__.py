"""The JSON API: routes, reads, writes.

In:      a request below `/api/`.
Out:     JSON or CSV.
Touches: `epg.db`, read-only. Writes, and all of watches, go to `epg_ingest.changes`; an import is a process of its own.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "change_log_read",
    "datasette_requests",
    "description",
    "instance_lane",
    "json_body",
    "lane",
    "lineup_reads",
    "lineup_writes",
    "private",
    "read_parts",
    "reads",
    "routes",
    "rule_api",
    "suggestions",
    "trigger",
    "watch_api",
    "writes",
]
