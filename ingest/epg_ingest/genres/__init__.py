"""Genres: the category words of many languages as content of ETSI EN 300 468, which players colour.

In:      the categories of a programme; titles with the genres that other providers give them.
Out:     a genre with the reason for it, or None; the words for a genre that Kodi and tvheadend know; genres learned by title.
Touches: nothing. No database, files, clock or network.
"""

#: the modules that other sub-packages may import
__all__ = ["genre", "learning", "player_words"]
