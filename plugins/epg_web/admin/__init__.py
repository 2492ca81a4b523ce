"""The pages for those who may write: sign-in, providers, imports, mappings, line-ups, rules, watches.

In:      a `Visit` of somebody who is signed in, and forms.
Out:     HTML, or a redirect after a change.
Touches: `epg.db`, read-only. Changes go to `epg_ingest.changes`.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = [
    "channel_desk",
    "imports",
    "lineup_entries",
    "lineup_entry",
    "lineup_list",
    "lineup_matches",
    "lineup_missing",
    "lineup_setup",
    "mappings",
    "providers",
    "rules",
    "signin",
    "watch_pages",
]
