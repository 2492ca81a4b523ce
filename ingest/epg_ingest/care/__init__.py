"""Restore and doctor: a guide put back, examined and repaired.

In:      a backup, or a guide that may be damaged.
Out:     a guide that is whole, and findings that say what was wrong and what to do.
Touches: both files and the temporary files that killed commands have left.
"""

#: the modules that other sub-packages may import
__all__ = ["doctor", "doctor_contents", "restore"]
