"""Lists of channels that somebody has: what a playlist says, and which channel of the guide each of its entries is.

In:      the bytes of a list (M3U, HDHomeRun, Xtream, tvheadend, CSV), and the channels of the guide as values.
Out:     its entries in order; for each entry a channel with method, score and reason, or candidates for a person.
Touches: nothing. No database, files, clock or network. Addresses and passwords in a list never get into a `repr`.
"""

#: the modules and folders that other sub-packages may import
__all__ = ["entry", "matched", "matching", "reading"]
