"""Which channels of several feeds are the same channel: a pure decision over the whole guide (docs/matching.md).

In:      the channels of all feeds with their names and mappings, and a function that compares two schedules.
Out:     for each channel of a feed its place in the guide with method, score and reason; joins that are taken back;
         mappings made by hand that schedules contradict; pairs for a person to review.
Touches: nothing. No database, files, clock or network.
"""

#: the modules that other sub-packages may import
__all__ = ["comparison", "decide", "discovery", "ids", "label", "reused_ids", "titles", "values"]
