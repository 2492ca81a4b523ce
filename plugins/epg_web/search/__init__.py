"""Searches: what people type as a full-text query, and the first hits of a word that many programmes have.

In:      words; a connection, a full-text query, the moment.
Out:     ids of programmes, in the order of their start.
Touches: `epg.db`, read-only, and temporary tables of the connection.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["first_hits", "fts_query"]
