"""The first hits of a search for a word that many programmes have.

In:      a connection, a full-text query, the moment.
Out:     ids, in the order in which the programmes start.
Touches: `epg.db`, read-only, and temporary tables of the connection.
"""
