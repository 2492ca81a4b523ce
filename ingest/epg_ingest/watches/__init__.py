"""Watches: what a person wants to be told of, and which alerts follow from what the guide shows.

In:      a watch, programmes that have its words, what was told before, the time.
Out:     which programmes it means and why the others are left out; alerts to send, moves and cancellations; times of retries;
         the words and the signature of a message.
Touches: nothing. No database, files, clock or network.
"""

#: the modules that other sub-packages may import
__all__ = [
    "airing",
    "conditions",
    "digests",
    "followed",
    "planning",
    "retries",
    "signing",
    "target_settings",
    "text_match",
    "watch",
    "watch_settings",
    "wording",
]
