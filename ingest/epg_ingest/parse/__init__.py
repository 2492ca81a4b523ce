"""From bytes to rows: cut a feed into elements, read them, repair the broken ones, and normalise them.

In:      blocks of bytes, and the `Rules` of a provider (zone, shift, languages, window).
Out:     rows for the staging tables, and a `Problem` for each thing that was wrong.
Touches: the staging tables, and the parser processes that it starts for large feeds. It never opens the guide.
"""

#: the modules that other sub-packages may import
__all__ = [
    "batch",
    "channel_element",
    "details",
    "feed_secrets",
    "jobs",
    "normalise",
    "pool",
    "reader",
    "repair",
    "splitter",
    "vocabulary",
]
