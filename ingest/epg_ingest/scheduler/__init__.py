"""Imports daily, again after a failure, and once after the machine slept.

In:      settings, the clock and `import_log`.
Out:     imports and cleanups, started as processes.
Touches: `epg.db` read-only. Which programme is shown on a channel is a question for `guide.schedule`.
"""

#: the modules that other sub-packages may import
__all__ = ["runner", "scheduler", "timetable"]
