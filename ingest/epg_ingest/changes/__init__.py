"""What the web process may change: one operation, checked and recorded in `write_log`, in one transaction.

What is private (watches) is recorded nowhere in the guide.

In:      the name of an operation and its arguments, as JSON values.
Out:     the new state, as JSON values. A child process performs an operation that touches many programmes.
Touches: `epg.db` and `epg.secrets`, through `guide`.
"""

#: the modules that other sub-packages may import
__all__ = [
    "channel_operations", "foreseen", "lineup_operations", "operations", "perform", "rule_operations", "watch_operations",
]  # fmt: skip
