"""Further numbers after that of an episode in a title, which are no sub-title: `/E3`, `& 3`, `-3`, `S3 E4`."""

from __future__ import annotations

import re

_AND = r"(?:[&+/,]|(?:and|und|et|og|och|en|e|y|i|a|to|bis|till|tot)\b)"
_EPISODE = (
    r"(?:e|x|ep|eps|episodes?|folgen?|épisodes?|episodios?|episódios?|episodi?|puntata|odc|odcinek|afl|aflevering|avsnitt"
    r"|afsnit|jakso|cap|capítulo)"
)
_MORE = re.compile(
    rf"""(?ix)^\s*
    (?: {_AND} \s* | [-‐–—]\s* (?=[es]\s*\d) )?
    (?: s(?:eason)? \s* (?P<season>\d{{1,2}}) \s* [./:,]? \s* )?
    {_EPISODE} \s* [.:]? \s* \d{{1,4}} \s* \)? \s* $
    | ^\s* {_AND} \s* \d{{1,4}} \s* \)? \s* $
    | ^\s* {_AND}? \s* [(\[]? \d{{1,3}} \s* [/:] \s* \d{{1,3}} [)\]]? \s* $
    | ^[-‐–—] \d{{1,4}} \)? \s* $"""
)
#: longer texts are names
_LONGEST = 40


def more_episodes(after: str) -> dict[str, int] | None:
    """The further numbers as `{"season": 3}`, `{}` where they name no season; None where the text is something else."""
    found = _MORE.match(after) if len(after) <= _LONGEST else None
    if found is None:
        return None
    return {"season": int(found["season"])} if found["season"] else {}
