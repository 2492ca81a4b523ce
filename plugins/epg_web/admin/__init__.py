"""The pages of those who may write.

In:      a `Visit` of somebody who is signed in, and forms.
Out:     HTML, or a redirect after a change.
Touches: `epg.db`, read-only. Changes go to `epg_ingest.changes`.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["imports", "mappings", "providers", "signin"]
