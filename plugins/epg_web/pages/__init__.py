"""The pages for people.

In:      a `Visit`: the request, the viewer's time zone, the moment.
Out:     HTML, made from the same reads as the API.
Touches: `epg.db`, read-only, and `templates/`.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "app",
    "cell_links",
    "changes",
    "channel",
    "finding",
    "grid",
    "home",
    "lineup_choice",
    "preferences",
    "programme",
    "programme_facts",
    "render",
    "search_page",
    "showing",
    "stats",
    "texts",
    "visit",
]
