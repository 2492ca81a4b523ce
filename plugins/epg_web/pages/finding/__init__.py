"""What the search page finds: hits for words, programmes of a genre, suggestions, the channels that a name means.

In:      a `Visit` and the checked parameters of the page.
Out:     ids and rows for `_epg-hits.html`.
Touches: `epg.db`, read-only, and temporary tables of the connection.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["by_genre", "channel_pick", "day_parts", "hit_rows"]
