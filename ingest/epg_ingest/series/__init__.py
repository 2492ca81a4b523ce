"""Which programmes are one series, which are one episode, and what a showing is: the rules, each with its reason.

In:      what is said of a programme (`said.Said`); counts over a guide; starts of showings; what feeds claim.
Out:     keys of series and episodes, or None with the reason; what a showing is; whether a title says nothing, whether a flag
         of a feed counts, whether two providers number a series alike; ids for players.
Touches: nothing. No database, files, clock or network.
"""

#: the modules that other sub-packages may import
__all__ = [
    "claims",
    "common_numbers",
    "episode_keys",
    "episode_parts",
    "film_words",
    "generic_titles",
    "key_words",
    "player_ids",
    "said",
    "series_keys",
    "showing_kinds",
    "vague_subtitles",
]
