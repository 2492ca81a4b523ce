"""What the web process changes: one operation, validated, recorded in `write_log`, in one transaction.

In:      the name of an operation and its arguments, as JSON values.
Out:     the new state, as JSON values. A change of many programmes is made by a process of its own.
Touches: `epg.db` and `epg.secrets`, through `guide`.
"""

#: the modules that other sub-packages may import
__all__ = ["apply", "operations"]
