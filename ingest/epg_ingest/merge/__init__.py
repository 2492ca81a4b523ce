"""Staged rows into the guide, in one write transaction.

In:      the staging tables, and the hashes of what the provider had before.
Out:     `Counts`, rows of `program_changes`, a new generation; or `GateError`, and then nothing has changed.
Touches: `epg.db` only, and only within that transaction.
"""

#: the modules that other sub-packages may import
__all__ = ["mapper", "merge", "plan", "stored_elements"]
