"""The page of all channels: what feeds each, why one is empty, many of them changed at once.

In:      a `Visit` of somebody who may write, and its form.
Out:     HTML, or JSON for the script of the page. `told_apart`, `why_empty` and `filters` are pure: they take values only.
Touches: `epg.db`, read-only. Changes go to `epg_ingest.changes`.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["desk_page", "desk_rows", "taking_back", "told_apart"]
