"""Which channel of the guide each entry of a list is: `match_entries(entries, ChannelIndex(channels))`.

In:      entries, and the guide's channels as values.
Out:     a `Matched` for each entry, with method, score, reason and candidates.
Touches: nothing.
"""

from .channel_index import ChannelIndex
from .list_matcher import home_of, match_entries

__all__ = ["ChannelIndex", "home_of", "match_entries"]
