"""The rules of the guide: channels, providers, mappings, and which programme is shown.

In:      an open database and one change to make; for `schedule`, entries of one channel and nothing else.
Out:     the change, made in one transaction, with all that follows from it.
Touches: `epg.db`, and `epg.secrets` when the address of a provider changes. `schedule` is pure.
"""

#: the modules that other sub-packages may import
__all__ = [
    "candidates",
    "channels",
    "mappings",
    "provider_settings",
    "providers",
    "resolve",
    "schedule",
    "status",
    "stored",
]
