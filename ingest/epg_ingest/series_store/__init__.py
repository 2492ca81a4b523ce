"""Series and episodes as the guide stores them: what each content is of, the ledger of what was shown, and decisions by hand.

In:      contents that are new or say something else; programmes that retention is about to delete; series that a person merges
         and splits.
Out:     rows of `content_episodes` for them; series and episodes, whose ids never change.
Touches: the tables `series`, `series_keys`, `series_numberings`, `series_state`, `episode_rows`, `episode_keys`,
         `episode_ledger`, `content_episodes` and `provider_flags`. It decides nothing that `series` decides.
"""

#: the modules that other sub-packages may import
__all__ = ["assigning", "by_hand", "catching_up", "leaving", "renamed_series", "shown_ledger", "trace"]
