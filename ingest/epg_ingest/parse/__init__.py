"""From bytes to rows: elements are cut out, read, mended where they are broken, and normalised.

In:      blocks of bytes and the `Rules` of a provider (zone, shift, languages, window).
Out:     rows for the staging tables, and a `Problem` for all that was wrong.
Touches: the staging tables, and parser processes that it starts for large feeds. It never opens the guide.
"""

#: the modules that other sub-packages may import
__all__ = ["details", "jobs", "normalise", "pool", "reader", "secrets", "splitter"]
