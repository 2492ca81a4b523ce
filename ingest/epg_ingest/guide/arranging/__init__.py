"""The order and the groups that people give channels.

In:      an open database, ids of channels.
Out:     how many changed.
Touches: `channels.position`, `groups` and `channel_groups` of `epg.db`, in one write transaction each.
"""

#: the modules that other sub-packages may import
__all__ = ["channel_groups", "channel_order"]
