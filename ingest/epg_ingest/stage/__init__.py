"""Tables of an import's own, where rows wait until the guide is locked.

In:      rows from `parse`.
Out:     temporary views over all rows of the feed; for a first import also a finished search index.
Touches: temporary files, attached to the connection of the import. Nothing in here is seen by readers.
"""

#: the modules that other sub-packages may import
__all__ = ["columns", "search_index", "tables"]
