"""The guide as XMLTV, CSV, JSON lines and iCalendar.

In:      an open database and filters: channels, provider, days.
Out:     a stream of bytes from one snapshot of the guide.
Touches: `epg.db`, read-only; writer processes for a large guide.
"""

#: the modules that other sub-packages may import
__all__ = ["ics", "rows", "selection", "xmltv"]
