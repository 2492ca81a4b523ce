"""What somebody may have meant who has found nothing: `breakfst` is one letter away from `breakfast`.

Pure: words in, words out. `names_tables` has the words that are known.
"""

import unicodedata
from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: words with fewer letters are too near to too many others
SHORTEST = 4
#: from so many letters on, two of them may be wrong
TWO_WRONG = 7
#: words that are corrected, the first ones, and known words that each is compared with
MOST_WORDS, MOST_KNOWN = 4, 100_000
#: known words of so many letters up to so many, with how often each is used
Known = Callable[[int, int], Iterable[tuple[str, int]]]


def folded(text: str) -> str:
    """Small letters without accents, as the search index has them."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The words of a text, folded; what is no letter or digit parts them."""
    return "".join(letter if letter.isalnum() else " " for letter in folded(text)).split()


def meant(text: str, known: Known) -> str | None:
    """The text with each unknown word replaced by the known one that is nearest; None where that changes nothing."""
    words = words_of(text)
    found = [nearest(word, known) if place < MOST_WORDS else word for place, word in enumerate(words)]
    return " ".join(found) if found != words else None


def nearest(word: str, known: Known) -> str:
    """The known word that is most like `word`, of several the one that is used most; `word` itself where none is like it."""
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return word
    wrong = 2 if len(word) >= TWO_WRONG else 1
    uses = dict(
        pair for pair, _ in zip(known(len(word) - wrong, len(word) + wrong), range(MOST_KNOWN), strict=False)
    )
    if word in uses:
        return word
    alike = process.extract(word, list(uses), scorer=OSA.distance, score_cutoff=wrong, limit=20)
    # People seldom get the first letter wrong.
    ranked = [(distance, term[0] != word[0], -uses[term], term) for term, distance, _ in alike]
    return min(ranked)[-1] if ranked else word
