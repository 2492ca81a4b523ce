"""The pages for people.

In:      a `Visit`: the request, the viewer's zone, the moment.
Out:     HTML, made from the same reads as the API.
Touches: `epg.db`, read-only, and `templates/`.
"""
