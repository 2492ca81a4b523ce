"""A provider's clock corrected: stored programmes move to where the corrected time zone or shift puts them.

In:      an open write transaction, the clock before and the clock after. `written` is pure: it takes values only.
Out:     programmes at their new times, and the channels that must be resolved again.
Touches: `airings`, `contents`, `clock_times` and `displaced` in `epg.db`.
"""

#: the modules that others may import
__all__ = ["corrections", "moved"]
