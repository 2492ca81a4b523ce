"""Restores, checks and repairs a guide.

In:      a backup, or a guide that may be damaged.
Out:     a guide that is whole, and findings that say what was wrong and what to do.
Touches: both files, and temporary files that killed commands left.
"""

#: the modules that other sub-packages may import
__all__ = ["alarms", "doctor", "doctor_contents", "doctor_surroundings", "restore", "sizes"]
