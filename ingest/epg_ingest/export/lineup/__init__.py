"""A line-up for players: its guide as XMLTV, its playlist, and the list that a tuner would give.

In:      an open database, the name of a line-up; for the playlist also the addresses of its streams.
Out:     documents as blocks of bytes, or as one text. All of them use the same ids.
Touches: `epg.db`, read-only.
"""

#: the modules that others may import
__all__ = ["lineup_document", "output_entries", "playlist", "tuner_list"]
