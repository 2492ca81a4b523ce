"""Programmes that have ended, kept as one Parquet file per month.

In:      an open database, a folder, and the moment before which programmes are archived.
Out:     files of months, each compared with the rows before it replaces the old one.
Touches: the folder of the archive; `epg.db` read-only.
"""

#: the modules that other sub-packages may import
__all__ = ["archive"]
