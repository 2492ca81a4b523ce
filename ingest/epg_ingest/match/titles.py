"""When two titles mean the same programme, and which titles say nothing."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: a shorter title ("ER", "You") lies within too many others
_SHORTEST_PART = 4
#: what feeds write where they know no programme. Folded, in the languages of the feeds that were looked at.
_SAYINGS = """
a confirmar | a determiner | aucune donnee | aucune information | closed | closedown | ende | fin | fin de programme
fin des programmes | geen informatie | geen uitzending | keine daten | keine information | keine informationen
kein programm | niet beschikbaar | no data | no data available | no event | no event today | no events
no info | no information | no information available | no listing | no programme | no programme information | no programmes
no program | no programming | no title | not available | off air | off the air | paid program | paid programme
paid programming | pas de programme | program | programacion | programm | programma | programme
programming | programmation | sans titre | sem informacao | sendepause | sendeschluss | senza titolo
sign off | sin informacion | sin programacion | station closed | tba | tbc | teleshopping | to be announced
unknown | untitled | upcoming event
"""
FILLERS = frozenset(saying.strip() for saying in re.split(r"[|\n]", _SAYINGS))


@lru_cache(maxsize=262_144)
def fold_title(title: str) -> str:
    """Lower case without accents and punctuation; empty for a title that says nothing, as "Paid programming"."""
    text = title.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    words = " ".join("".join(c if c.isalnum() else " " for c in text).split())
    return "" if words in FILLERS else words


def titles_agree(one: str, other: str) -> bool:
    """Whether two folded titles are equal, or one is part of the other ("Tagesschau", "Tagesschau mit Wetter")."""
    if one == other:
        return bool(one)
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return len(short) >= _SHORTEST_PART and short in long
