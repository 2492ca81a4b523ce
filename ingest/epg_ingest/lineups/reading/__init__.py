"""Lists of channels as they are really written, read into entries.

In:      the bytes of a list, or a stream of them.
Out:     a `Playlist`, or a `FeedError` of one line that says why there is none.
Touches: nothing.
"""

from .detect import detect
from .list_reader import read

__all__ = ["detect", "read"]
