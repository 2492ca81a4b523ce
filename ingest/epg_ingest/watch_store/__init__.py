"""Watches, their targets and the alerts that wait to be sent, as they are stored, and what watches find in the guide.

In:      settings of watches and targets; the guide, to look in; decisions of `watches`.
Out:     watches, targets, matches, alerts that are due, what became of them; what a watch would send this week.
Touches: `epg.secrets`, in its tables of watches; `epg.db`, which it only reads. Nothing of a watch ever gets into `epg.db` or a
         log; a process of its own, in which Apprise reads the address of a target or sends what `alerts` hands over.
"""

#: the modules that other sub-packages may import
__all__ = [
    "airing_rows",
    "airing_search",
    "alert_clock",
    "apprise_asking",
    "guide_cursor",
    "match_rows",
    "outbox_rows",
    "target_rows",
    "target_showing",
    "watch_edits",
    "watch_preview",
    "watch_rows",
]
