"""Imports by schedule, again after a failure, and once after the machine slept.

In:      settings, the clock and `import_log`.
Out:     imports and cleanups, started as processes.
Touches: `epg.db` read-only, except for the table `import_plan`. Which programme is shown on a channel is a
         question for `guide.schedule`.
"""

#: the modules that other sub-packages may import
__all__ = ["import_plan", "runner", "scheduler", "timetable"]
