"""Mends texts that a program encoded twice, for providers with the setting `repair_text`.

`OlimpÃ­adas` is UTF-8 that was read as windows-1252 and written as UTF-8 again. Where the bytes of the wrong characters are
valid UTF-8, that is proof, and `ftfy` turns them back. `AT&amp;amp;T` was escaped twice: a reference in a text stands for its
character. Nothing is guessed: an `Ã` alone, or one whose second half was lost, stays, and so does a text with two readings. Ids
of channels stay as they are.

This works on the markup of an element, before it is parsed, so that the way it is parsed does not matter.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from html import escape, unescape
from html.entities import html5
from typing import Any
from unicodedata import category

from ...unpack.character_encoding import to_utf8

#: a reference in a text: a number or a name, and how XML writes its `&`
_TWICE = re.compile(r"&amp;(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: a reference to a character outside of ASCII, which may be one half of a character
_NUMBER = re.compile(r"&#(?:([0-9]{3,7})|[xX]([0-9A-Fa-f]{2,6}));")
_TAG = re.compile(r"(<[^<>]*>)")
_QUOTE = re.compile("([\"'])")
#: what the bytes 0x80 to 0xBF are in windows-1252 or ISO-8859-1: the second and later bytes of a character in UTF-8
_CONTINUES = "".join(bytes(range(0x80, 0xC0)).decode(code, "ignore") for code in ("cp1252", "latin-1"))
_SIGNS = frozenset(_CONTINUES) | set(map(chr, range(0x80)))
_C = f"[{re.escape(_CONTINUES)}]"
_SEQUENCES = re.compile(rf"((?:[\x00-\x7f]|[Â-ß]{_C}|[à-ï]{_C}{{2}}|[ð-ô]{_C}{{3}})+)")
#: what no text has: the beginning of dashes and quotes in UTF-8, and `™`
_CERTAIN = re.compile("â(?:[€\x80]|„¢)")
#: what texts in capitals may have: `AMANHÃ”`
_DOUBTFUL = re.compile(r"(?<=[A-ZÀ-Þ]{2})Ã[’”»…](?!\w)")
#: Two characters that begin a word which goes on in lower case: a capital letter (`ÃŽle`, `Å’uvre`). `ftfy` needs more context.
#: Quotes, dashes and dots may follow a real letter; in Danish, an apostrophe and `e`.
_CAPITAL = re.compile(rf"(?<![^\W\d_])(?!Å’e)[ÃÄÅ](?![‘“”–—…«»\xa0\xad]){_C}(?=[a-z]{{2}})")
#: a reference in a text that is no markup; without its `;`, `&` is just a sign (`U&Dave`)
_REFERENCE = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: what a text must have to be mended: two halves of a character, both taken for characters, or a reference
_SUSPECT = re.compile(f"[Â-ô&](?:(?<!&){_C}|(?<=[ÃÄÅâ])|(?<=&)(?={_REFERENCE.pattern[1:]}))")
#: programs escape three times, too; what needs more is not meant to be read
_ROUNDS = 3


def repaired(raw: bytes, encoding: str) -> bytes:
    """An element with its texts mended, in UTF-8; `raw` itself where there is nothing to mend or it cannot be decoded.

    `encoding` is the Python name of the declared encoding.
    """
    if raw.isascii() and b"&" not in raw:
        return raw
    decoded = to_utf8(raw, encoding)
    if decoded is None:
        return raw
    before = decoded.decode()
    text = _without_cdata(before)
    first, *others = _TAG.split(text)
    # The first tag is that of the programme or channel, which has its id.
    rest = others[1:] if not first.strip() else others
    mended = [_mended_tag(part) if part.startswith("<") else _mended(part) for part in rest]
    text = "".join([first, *others[: len(others) - len(rest)], *mended])
    return raw if text == before else text.encode()


def needs_mending(text: str) -> bool:
    """Whether a text that is no markup may have anything that `mended_text` mends: a cheap look."""
    return (not text.isascii() or "&" in text) and _SUSPECT.search(text) is not None


def mended_text(text: str) -> str:
    """A text that is no markup, as the name of a playlist's entry, mended like those of feeds; references are read as well."""
    if not needs_mending(text):
        return text
    plain = _REFERENCE.sub(lambda found: unescape(found[0]), text)
    return unescape(_mended(escape(plain, quote=False)))


def _without_cdata(text: str) -> str:
    """The text of CDATA sections escaped, as outside of them; an element with one that does not end stays as it is."""
    first, *sections = text.split("<![CDATA[")
    if not all("]]>" in section for section in sections):
        return text
    parts = [first]
    for section in sections:
        inner, _, rest = section.partition("]]>")
        parts.append(escape(inner, quote=False) + rest)
    return "".join(parts)


def _mended_tag(tag: str) -> str:
    """A start tag with its attribute values mended."""
    if "=" not in tag or tag.startswith(("<!", "<?")):
        return tag
    return "".join(map(_mended, _QUOTE.split(tag)))


def _mended(text: str) -> str:
    """A text between tags or quotes, as markup."""
    for _ in range(_ROUNDS):
        if "&amp;" not in text or (once := _TWICE.sub(_reference, text)) == text:
            break
        text = once
    if text.isascii() and "&#" not in text:
        return text
    plain = _NUMBER.sub(_character, text) if "&#" in text else text
    if plain.isascii():
        return text
    # First all of it, which is the better proof; then words, as others may be right as they are (`OlimpÃ­adas – Café`).
    mended = _decoded_again(plain)
    mended = " ".join([word if word.isascii() else _mended_word(word) for word in mended.split(" ")])
    mended = _CAPITAL.sub(lambda found: _upper(found[0]), mended)
    return text if mended == plain else mended


def _mended_word(word: str) -> str:
    """A word decoded again. Signs that no sequence has a place for, such as the first of `¡QuÃ©!`, are right as they are."""
    mended = _decoded_again(word)
    if mended != word:
        return mended
    parts = _SEQUENCES.split(word)
    if "".join(parts[::2]).strip(_CONTINUES):
        return word
    return "".join([_decoded_again(part) if at % 2 else part for at, part in enumerate(parts)])


def _upper(two: str) -> str:
    """The capital letter that two characters were, else the two."""
    letter = _as_utf8(two) or two
    return letter if len(letter) == 1 and letter.isupper() else two


def _decoded_again(text: str) -> str:
    """A text or word decoded again, if it is all valid UTF-8 in another encoding."""
    import ftfy  # takes 50 ms, and few providers have the setting

    if all(character in _SIGNS for character in _DOUBTFUL.sub("", text)):
        return text
    for _ in range(_ROUNDS):
        # `ftfy` weighs how odd a text looks, and a word may be too short for that. No text has `â€`.
        again = _as_utf8(text) if _CERTAIN.search(text) else None
        if again is None or not _readable(again):
            break
        text = again
    fixed, steps = ftfy.fix_encoding_and_explain(text, _strict())
    if any(step.parameter in ("cp437", "macroman") for step in steps or ()):
        fixed = _only_reading(text)
    return fixed if _readable(fixed) else text


def _only_reading(text: str) -> str:
    """A text in one of the code pages of DOS or Mac OS, as they have the same characters in other places: what it says if only
    one of them gives something readable, else the text."""
    found = set()
    for code in ("cp437", "cp850", "cp852", "mac_roman"):
        with suppress(UnicodeError):
            again = text.encode(code).decode()
            found |= {again} if _readable(again) else set()
    return found.pop() if len(found) == 1 else text


def _readable(text: str) -> bool:
    """Whether a text has no characters that mean nothing: of private use, or not assigned."""
    return text.isascii() or not any(category(character) in ("Co", "Cn") for character in text)


def _as_utf8(text: str) -> str | None:
    """A text that is UTF-8 when its characters are taken for bytes."""
    for code in ("latin-1", "sloppy-windows-1252"):  # the second is a codec of `ftfy`
        with suppress(UnicodeError):
            return text.encode(code).decode()
    return None


def _reference(found: re.Match[str]) -> str:
    """What a reference that was escaped twice stands for, escaped once."""
    name = found[1]
    if name.startswith("#"):
        return f"&{name};"
    value = html5.get(f"{name};")
    return found[0] if value is None else escape(value)


def _character(found: re.Match[str]) -> str:
    number = int(found[1]) if found[1] else int(found[2], 16)
    good = 0x80 <= number < 0xD800 or 0xE000 <= number <= 0x10FFFF
    return chr(number) if good and number not in (0xFFFE, 0xFFFF) else found[0]


@lru_cache(maxsize=1)
def _strict() -> Any:
    """What `ftfy` may do: decode again where all bytes are valid, but restore none that were lost."""
    import ftfy

    return ftfy.TextFixerConfig(
        unescape_html=False,
        restore_byte_a0=False,
        replace_lossy_sequences=False,
        decode_inconsistent_utf8=False,
        fix_c1_controls=False,
    )
