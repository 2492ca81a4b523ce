"""The matching put to work: what the guide knows as evidence, and what was decided as rows.

In:      an open database, and the feed that is being imported with its staged programmes.
Out:     `match.decide` with all evidence; mappings changed and programmes moved as it decided.
Touches: `epg.db`, within the caller's transaction. `guide.joins` is what other packages use of it.
"""

#: the modules that others may import
__all__ = ["evidence", "lineup_references", "makers", "moving", "regroup", "schedules"]
