"""From an address to a provider: a look at the feed, what follows from settings, how far an import is, a form sent again.

In:      a `Visit` of somebody who may write, and its form.
Out:     HTML, or JSON on the progress of imports. `effects` and `import_pace` are pure.
Touches: `epg.db`, read-only. A feed is fetched by a process of its own.
"""

#: the modules that other sub-packages and the hook files may import
__all__ = ["effects", "feed_preview", "import_pace", "import_progress", "sent_again"]
