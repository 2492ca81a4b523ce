"""Lists of channels as they are really written, read into entries. `read` and `detect` are what callers use.

In:      the bytes of a list.
Out:     a `Playlist`, or a `FeedError` of one line that says why it is none.
Touches: nothing.
"""

#: the modules that others may import
__all__: list[str] = []
