"""The guide for other programs: XMLTV, rows, iCalendar, Atom, pictures.

In:      a `Visit` and filters.
Out:     a document, streamed where it is large.
Touches: `epg.db`, read-only. XMLTV is written by `epg_ingest.export`.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "atom",
    "browser_watches",
    "document_type",
    "ical",
    "lineups",
    "pictures",
    "players",
    "program_rows",
    "series_feeds",
    "watch_feeds",
    "xmltv",
]
