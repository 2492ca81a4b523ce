"""Which channel of a feed is which: what is to decide, with the evidence of both schedules.

In:      a `Visit` of somebody who may write.
Out:     the rows of the review, and two schedules side by side. `side_by_side` is pure.
Touches: `epg.db`, read-only.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["review_page", "side_by_side"]
