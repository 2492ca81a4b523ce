"""Staged rows into the guide, in one write transaction.

In:      the staging tables, and the hashes of the rows that the provider has already.
Out:     the guide brought up to date, with `Counts`, `Problems` and rows of `program_changes`; or `GateError`, and then the
         caller rolls back and nothing has changed.
Touches: `epg.db` and the temporary tables of its connection, within that transaction. It starts and commits nothing itself.
         `repeated_hour` alone comes before it, and corrects staged rows.
"""

#: the modules that other sub-packages may import
__all__ = [
    "content_reuse",
    "feed_channels",
    "feed_ids",
    "mapper",
    "merge",
    "plan",
    "repeated_hour",
    "stored_elements",
]
