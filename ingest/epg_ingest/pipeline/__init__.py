"""One import, its steps in order: download, unpack, parse, stage, merge, log.

In:      a provider and the options of this import.
Out:     a finished row of `import_log`. A failure is a row too; the guide is then as it was.
Touches: everything that the steps touch. This is the one place that catches errors of a feed, logs and counts them.
"""

#: the modules that other sub-packages may import
__all__ = ["check", "feed_sources", "log", "options", "preview", "run", "stored_progress"]
