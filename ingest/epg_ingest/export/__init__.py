"""The guide as XMLTV, CSV, JSON lines and iCalendar.

In:      an open database, and filters: channels, a provider, a span of time.
Out:     a document, written to a file or as blocks of bytes. All of it shows one moment of the guide.
Touches: `epg.db`, read-only. For a large XMLTV document it starts writer processes.
"""

#: the modules that other sub-packages may import
__all__ = ["form", "ics", "lineup", "rows", "selection", "xmltv"]
