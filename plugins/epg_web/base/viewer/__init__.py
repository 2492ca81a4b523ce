"""Who looks at a page: in which language, and how people there write days and clocks.

In:      a request; days and times.
Out:     the language of the request; `Sun 22 Nov`, `20:15`, `8:15 PM`, by CLDR (library Babel).
Touches: nothing.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["viewer_language", "written_times"]
