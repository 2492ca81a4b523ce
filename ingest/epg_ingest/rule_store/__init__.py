"""Rules and genres as the guide stores them: what is chosen and proved, and what it makes of stored programmes.

In:      rules and sets that people turn on and off; stored contents.
Out:     the rules in effect for each provider; contents rewritten by them, which keep their ids; genres.
Touches: the tables `rules`, `rule_choices`, `rule_proofs`, `rule_states`, `category_genres`, `title_genres` and `genre_state`;
         and with `applying` the contents that rules change, also those in `displaced`, in transactions of its own. It
         decides nothing that `rules` or `genres` decide.
"""

#: the modules that other sub-packages may import
__all__ = [
    "applying",
    "chosen_sets",
    "follow_up",
    "in_effect",
    "own_rules",
    "rule_file",
    "stored_genres",
    "trial",
]
