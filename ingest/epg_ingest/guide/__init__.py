"""The rules of the guide: channels, providers, mappings, and which programme is shown.

In:      an open database and one change to make. `schedule` is pure: it takes values only.
Out:     the change and its consequences for the guide, committed in one transaction.
Touches: `epg.db`; also `epg.secrets` when the address, headers or name of a provider change. No network.
"""

#: the modules that other sub-packages may import
__all__ = [
    "arranging",
    "candidates",
    "channel_merge",
    "channel_settings",
    "channels",
    "contents",
    "displaced",
    "follow",
    "joins",
    "mapping_rows",
    "mappings",
    "messages",
    "programmes",
    "provider_settings",
    "providers",
    "resolve",
    "schedule",
    "sourcing",
    "status",
    "stored",
    "undo",
]
