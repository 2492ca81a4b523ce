"""Searches: what people type as a full-text query, the best hits, what is meant while one types or mistypes.

In:      words; a connection, a full-text query, the moment.
Out:     ids of programmes, titles, people, channels.
Touches: `epg.db`, read-only, and temporary tables of the connection.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["best_hits", "first_hits", "fts_query", "names_tables", "suggested"]
