"""What lists write around the name of a channel: country, picture quality, notes, as in `UK: BBC One (1080p) [Geo-blocked]`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ...match.ids import as_region

#: three letters that lists use for a country
_THREE_LETTERS = {
    "usa": "us", "gbr": "uk", "eng": "uk", "ger": "de", "deu": "de", "fra": "fr", "ita": "it", "esp": "es", "spa": "es",
    "por": "pt", "prt": "pt", "pol": "pl", "ned": "nl", "nld": "nl", "bel": "be", "sui": "ch", "che": "ch", "aut": "at",
    "irl": "ie", "ire": "ie", "tur": "tr", "rou": "ro", "rom": "ro", "swe": "se", "nor": "no", "dnk": "dk", "den": "dk",
    "fin": "fi", "gre": "gr", "grc": "gr", "can": "ca", "aus": "au", "bra": "br", "mex": "mx", "arg": "ar", "ind": "in",
    "cze": "cz", "svk": "sk", "hun": "hu", "bul": "bg", "srb": "rs", "cro": "hr", "hrv": "hr", "alb": "al", "rus": "ru",
    "ukr": "ua", "isr": "il", "jpn": "jp", "kor": "kr", "lux": "lu",
}  # fmt: skip
#: names of countries and languages in names of channels, as feeds abbreviate countries
_COUNTRY_WORDS = {
    "uk": "uk", "britain": "uk", "england": "uk", "ireland": "ie", "irish": "ie", "usa": "us", "us": "us", "america": "us",
    "france": "fr", "francais": "fr", "french": "fr", "deutschland": "de", "germany": "de", "deutsch": "de", "german": "de",
    "italia": "it", "italy": "it", "italiano": "it", "espana": "es", "spain": "es", "espanol": "es", "portugal": "pt",
    "polska": "pl", "poland": "pl", "nederland": "nl", "netherlands": "nl", "belgium": "be", "belgique": "be", "belgie": "be",
    "schweiz": "ch", "suisse": "ch", "switzerland": "ch", "osterreich": "at", "oesterreich": "at", "austria": "at",
    "canada": "ca", "australia": "au", "turkiye": "tr", "turkey": "tr", "sverige": "se", "sweden": "se", "norge": "no",
    "norway": "no", "danmark": "dk", "denmark": "dk", "suomi": "fi", "finland": "fi", "brasil": "br", "brazil": "br",
    "mexico": "mx", "india": "in",
}  # fmt: skip
#: words that say how a picture is sent, never which channel it is
QUALITIES = frozenset({
    "fhd", "uhd", "qhd", "hevc", "avc", "h264", "h265", "x264", "x265", "4k", "8k", "2160p", "1440p", "1080p", "1080i", "720p",
    "576p", "576i", "540p", "480p", "480i", "360p", "240p", "50fps", "60fps", "bkp", "backup", "fullhd", "hdr", "hdr10", "raw",
    "hq", "lq", "hd", "sd",
})  # fmt: skip
_NUMBER = re.compile(r"\s*\d{1,4}\s*(?:[.)\]]|-(?=\s))\s*(?=\S*[^\W\d_])", re.ASCII)
_CODE_IN_BARS = re.compile(r"\s*[|\[(]\s*\.?\s*([A-Za-z]{2,3})\s*\.?\s*[|\])]\s*[:|-]?")
_CODE_BEFORE = re.compile(r"\s*([A-Z]{2,4})\s*(?:[:|►▎┃]|-(?=\s)|(?<=\s)•)\s*")
_BARE_CODE = re.compile(r"(UK|USA|US|GER|ITA|ESP|POR|TUR)\s+(?=\S)")
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff])")
_SQUARE = re.compile(r"\[([^\[\]]{0,60})\]")
_ROUND = re.compile(r"\(([^()]{0,60})\)")
_NOTE = re.compile(
    r"\d{3,4} ?[pi]\b|not 24/?7|geo.?blocked|\b(?:offline|only|backup|bkp|test|full ?hd|multi|vip|cable|dvb-?[cst]2?)\b",
    re.IGNORECASE,
)
_REGION_ONLY = re.compile(r"([A-Za-z]{2,3}) only", re.IGNORECASE)
_SIGNS = re.compile(
    "[\u24b6-\u24e9\u2b50\u2605\u2606\u25cf\u25c9\u25aa-\u25ff\u2500-\u257f\u2580-\u259f\u2600-\u27bf\U0001f300-\U0001faff\ufe0f]+"
)
_LINK = re.compile(r"\[([^\]]{1,200})\]\([^)]{0,500}\)$")


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A name without its marks. `region` is the country that a mark gives, None for none."""

    name: str
    region: str | None


def unmarked(text: str) -> Unmarked:
    """The name in a text of a list, and the country that the marks around it give."""
    region: str | None = None
    if not text.isascii():
        text, region = _without_signs(text)
    if found := _NUMBER.match(text):
        text = text[found.end() :]
    for pattern in (_CODE_IN_BARS, _CODE_BEFORE, _BARE_CODE):
        found = pattern.match(text)
        if found and text[found.end() :].strip(" .:|-"):
            code = country(found[1])
            if code or pattern is not _CODE_IN_BARS:
                region = region or code
            text = text[found.end() :]
            break
    if "[" in text or "(" in text:
        text, after = _without_notes(text)
        region = region or after
    return Unmarked(text.strip(" |:-"), region)


def country(code: str) -> str | None:
    """A country by two or three letters, in the form in which regions are compared."""
    low = code.lower()
    return as_region(low) if len(low) == 2 else _THREE_LETTERS.get(low)


def country_word(word: str) -> str | None:
    """The country that a word of a normalised name stands for: `deutsch`, `ireland`."""
    return _COUNTRY_WORDS.get(word)


def link_text(text: str) -> str:
    """The text of a link in Markdown, as `[One](https://one.example)`; any other text as it is."""
    found = _LINK.fullmatch(text) if text[:1] == "[" else None
    return found[1] if found else text


def _without_signs(text: str) -> tuple[str, str | None]:
    """A text without emojis and circled letters, and the country of a flag."""
    flag = _FLAG.search(text)
    region = None
    if flag:
        region = country("".join(chr(ord(letter) - 0x1F1E6 + ord("a")) for letter in flag.groups()))
        text = _FLAG.sub(" ", text)
    text = _SIGNS.sub(" ", text).strip()
    return unicodedata.normalize("NFKC", text), region


def _without_notes(text: str) -> tuple[str, str | None]:
    """A text without notes in brackets: all in square ones, in round ones those that say nothing of the channel."""
    region: str | None = None
    for found in (*_SQUARE.finditer(text), *_ROUND.finditer(text)):
        only = _REGION_ONLY.fullmatch(found[1].strip())
        code = only[1] if only else found[1].strip()
        if len(code) in (2, 3) and code.isupper():
            region = region or country(code)
    rest = _ROUND.sub(_kept, _SQUARE.sub(" ", text))
    return (rest if rest.strip() else text), region


def _kept(found: re.Match[str]) -> str:
    inner = found[1].strip()
    short = len(inner) <= 3 and (inner.isupper() or not inner)
    words = inner.lower().replace(" ", "")
    return " " if short or words in QUALITIES or _NOTE.search(inner) else f" {inner} "
