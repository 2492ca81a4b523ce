"""Private tables of one import, where rows wait until the import takes the write lock.

In:      rows, marks and contents from `parse`.
Out:     temporary views over all rows of the feed; for a first import also a finished search index.
Touches: temporary files, attached to the connection of the import. Readers of the guide see nothing of them.
"""

#: the modules that other sub-packages may import
__all__ = ["columns", "search_index", "showings", "tables"]
