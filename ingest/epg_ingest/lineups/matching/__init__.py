"""Which channel of the guide an entry is. `match_entries(entries, ChannelIndex(channels))` gives one `Matched` for each entry.

In:      entries, and the guide's channels as values.
Out:     decisions with reasons.
Touches: nothing.
"""

#: the modules that others may import
__all__: list[str] = []
