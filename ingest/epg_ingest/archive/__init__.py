"""Programmes that have ended, kept as one Parquet file per month.

In:      an open database, a folder, and the moment by which the programmes to archive have ended.
Out:     one file per month, compared with the rows before it replaces the old file; and a temporary table of the archived rows.
Touches: the folder of the archive. It only reads `epg.db`.
"""

#: the modules that other sub-packages may import
__all__ = ["archive"]
