"""What is on, what starts soon, tonight and films: lists of rows for the first page.

In:      a `Visit`, a moment or a span, a line-up, channels, a genre.
Out:     rows for `_epg-onair.html`, and until when they are right.
Touches: `epg.db`, read-only.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["because", "evening", "kept_rows", "onair_rows", "starting"]
