"""`epg-ingest series`: what is one series, by hand and for review.

In:      arguments of the command line.
Out:     lists, explanations, and the effects of decisions, as text or JSON.
Touches: `epg.db` through `changes` and `series_store`.
"""

__all__ = ["series_group"]
