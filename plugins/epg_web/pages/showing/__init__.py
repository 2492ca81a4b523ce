"""What the page of a programme says besides its texts: what stands beside it on the channel, its series, what other sites read.

In:      a programme as the API gives it, a `Visit`.
Out:     values for `epg-program.html` and `_epg-sheet.html`.
Touches: `epg.db`, read-only.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["card", "neighbours", "series_page"]
