"""The words of all languages with the content that they mean, and how a category of several words is read.

A word counts as a whole word only: `vela` (sailing) is no part of `novela`. Two kinds of languages need more: German and its
neighbours write compounds as one word, whose last part must be a kind of programme (`_HEADS`), and scripts without blanks have
no words to cut out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from . import words_arts, words_facts, words_fiction, words_leisure, words_shows, words_sport
from .folding import folded_words, without_blanks
from .player_words import CODES, dvb_word, kodi_word

_MODULES = (words_fiction, words_facts, words_shows, words_sport, words_arts, words_leisure)
#: phrases with a word of the lists that say no genre, as they name an audience, a slot or a place
_NOTHING = """
black entertainment|classic tv|daytime tv|en espanol|live event|live events|special event|special events|programme indetermine
off air|feature|features|making of|te reo maori|new zealand|reality reboot|web series|contenu web|film school|season finale
general|regular|specialist|local|international|events|not a genre|undefined|other|others|sonstige|autre|autres|otros|outros
"""
#: words for a magazine: no genre, but a magazine of sport is a kind of its own
_MAGAZINES = "mag|magazine|magazines|magazin|magazyn|magasin|makasiini|magazinmusor|revista|rivista|журнал"
#: last parts of compounds, which say that something is a programme; some also what kind
_HEADS = """
serie|serien|series|film|filme|filmer|filmen|show|shows|magazin|magazine|magasin|magazyn|reihe|sendung|programm
programma|program|programme|report|bericht|klassiker|special|spezial|geschichte|geschichten|epos|ballade|saga|fest
festival|gala|abend|event|studie|test|reeks|sarja|elokuva|ohjelma|sorozat|musor|magazinmusor|saade|sari|filma
raidijums|thattur|mynd|efni|tv|fernsehen|spiel|duell|portrat|klamauk|tidning|nyheter|nyheder|uutiset|hirek|infos|posse
podcast|zeitung|drama|dramen|komodie|komodien|lustspiel|thriller|krimi|krimis|doku|dokus|dokumentation|dokumentationen
dokumentar|reportage|reportagen|western|horror|romanze|romanzen|schmonzette|melodram|action|abenteuer|fantasy|satire
parodie|persiflage|groteske|sitcom|comedy|soap|soaps|musical|nachrichten|news|talk|talks|talkshow|gesprach|diskussion
interview|quiz|trickfilm|zeichentrick|anime|konzert|kabarett|theater|sport|rennen|rennsport|schnulze|dramodie|tragodie
maerchen|marchen|krig|komedie|komedier|dokumentarer|eventyr|debatt|debat|draama|komedia|dokumentti|visa|uutinen
vigjatek|jatek|dokumentum|drame|blijspel|reality|magie|spelletje|spel|journaal|nieuws|documentaire|wedstrijd|verslag
"""
#: letters between the parts of a compound
_LINKS = ("", "s", "n", "en", "es", "er", "e", "ns", "-")
#: the shortest first part of a compound
_SHORTEST = 3


class Meaning(NamedTuple):
    """Content of EN 300 468 as one byte (0x14: class 1, kind 4), and whether the word says enough of it."""

    code: int
    sure: bool


#: what the word "magazine" means where no other word says more: no genre, and not surely
MAGAZINE = Meaning(0, False)


@cache
def _words() -> dict[tuple[str, ...], Meaning | None]:
    """All words and phrases, folded; None for those that mean nothing. Of two meanings, the first list has the word."""
    found: dict[tuple[str, ...], Meaning | None] = {}
    for phrase in _split(_NOTHING):
        found.setdefault(tuple(folded_words(phrase)), None)
    for phrase in _split(_MAGAZINES):
        found[tuple(folded_words(phrase))] = MAGAZINE
    for code in CODES:
        for name in (dvb_word(code), kodi_word(code)):
            found.setdefault(tuple(folded_words(name)), Meaning(code, True))
    for sure, name in ((True, "SURE"), (False, "VAGUE")):
        for module in _MODULES:
            for code, phrases in getattr(module, name).items():
                for phrase in _split(phrases):
                    found.setdefault(tuple(folded_words(phrase)), Meaning(code, sure))
    return found


def _split(words: str) -> Iterator[str]:
    return (phrase for line in words.split("\n") for phrase in line.split("|") if phrase.strip())


@cache
def _heads() -> frozenset[str]:
    return frozenset(word for phrase in _split(_HEADS) for word in folded_words(phrase))


@cache
def _longest() -> int:
    return max(map(len, _words()))


@cache
def _joined_words() -> tuple[dict[str, Meaning], int]:
    """The words of scripts without blanks, and the length of the longest."""
    found = {
        "".join(words): meaning for words, meaning in _words().items() if meaning and without_blanks(words[0])
    }
    return found, max(map(len, found))


def named(category: str) -> Meaning | None:
    """What a category means that is a word or phrase of the lists as a whole."""
    return _words().get(tuple(folded_words(category)))


def meanings(category: str) -> list[Meaning]:
    """What the words of a category mean, the longest phrases first taken, in their order."""
    words, known, found = folded_words(category), _words(), []
    at = 0
    while at < len(words):
        for size in range(min(_longest(), len(words) - at), 0, -1):
            phrase = tuple(words[at : at + size])
            if phrase in known:
                meaning = known[phrase]
                found += [meaning] if meaning else []
                break
        else:
            size = 1
            found += _within(words[at]) if without_blanks(words[at]) else _parts(words[at])
        at += size
    return found


def _within(text: str) -> list[Meaning]:
    """The meanings in a text of a script without blanks, the longest words first at each place."""
    known, longest = _joined_words()
    found, at = [], 0
    while at < len(text):
        size = next((n for n in range(min(longest, len(text) - at), 1, -1) if text[at : at + n] in known), 0)
        found += [known[text[at : at + size]]] if size else []
        at += size or 1
    return found


#: words that only look like a compound
_NO_COMPOUNDS = frozenset(("transport", "passport"))


@lru_cache(20_000)
def _parts(word: str) -> list[Meaning]:
    """The meanings of the parts of a compound; none where its last part is no kind of programme."""
    known = _words()
    if word in _NO_COMPOUNDS:
        return []
    for start in range(_SHORTEST, len(word) - 2):
        head = word[start:]
        meaning = known.get((head,))
        if head not in _heads():
            continue
        own = [meaning] if meaning else [MAGAZINE] if head.startswith("maga") else []
        return _first_part(word[:start]) + own
    return []


def _first_part(part: str) -> list[Meaning]:
    for link in _LINKS:
        stem = part.removesuffix(link) if link else part
        if stem != part or not link:
            meaning = _words().get((stem,))
            if meaning:
                return [meaning]
    return _parts(part) if len(part) > 2 * _SHORTEST else []
