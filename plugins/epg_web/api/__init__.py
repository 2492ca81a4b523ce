"""The JSON API: routes, reads, writes.

In:      a request below `/api/`.
Out:     JSON or CSV.
Touches: `epg.db`, read-only. Writes go to `epg_ingest.changes`.
"""
