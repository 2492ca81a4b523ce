"""Line-ups as they are stored: added, read again from their sources, matched, reviewed and edited.

In:      an open database, the secrets file, and the name of a line-up; for a refresh also the network.
Out:     rows of `lineups`, `lineup_channels` and `lineup_refreshes`; sets of stream addresses in `epg.secrets`.
Touches: `epg.db` and `epg.secrets`. What a list says and what its entries match is decided by `lineups`, which is pure.
"""

#: the modules that other sub-packages may import
__all__ = [
    "entry_edits",
    "lineup_changes",
    "lineup_refresh",
    "lineup_rows",
    "lineup_settings",
    "matching_again",
    "missing_entries",
    "refresh_log",
]
