"""References in a broken element (`&eacute;`, `&#233;`, `&amp;`), made such that a strict parser accepts them."""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Mapping
from dataclasses import replace

from .tokens import MarkupToken

#: bytes of an element; a longer one is an attack, or a document whose boundaries were lost
MAX_BYTES = 8 << 20
#: a character that XML does not have
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: what may stand between `&` and `;`: a number, a hexadecimal number, or a name
_REFERENCE = r"#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,7}|[A-Za-z_][A-Za-z0-9_.-]{0,63}"
_BARE_AMP = re.compile(f"&(?!(?:{_REFERENCE});)")
#: a reference that XML does not define
_ENTITY = re.compile(f"&(?!(?:amp|lt|gt|quot|apos);)({_REFERENCE});")
#: A reference without its `;`, as HTML reads it: a number, or a name that HTML has without `;`, but no parameter of an address
#: (`?a=1&copy=2`).
_UNENDED = re.compile(
    "&(#[0-9]{2,8}(?![0-9;])|#[xX][0-9A-Fa-f]{2,7}(?![0-9A-Fa-f;])|(?:"
    + "|".join(sorted(name for name in html.entities.html5 if not name.endswith(";")))
    + ")(?![A-Za-z0-9_;=]))"
)
#: two numeric references in a row that may be surrogates
_SURROGATES = re.compile(r"&#([xX]?[0-9A-Fa-f]{4,5});&#([xX]?[0-9A-Fa-f]{4,5});")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


class ReferenceMender:
    """Mends the references in texts and tags.

    `entities` are those of the document (name to text). Adds to `codes` the problem code of what it does. The entities of
    one element may add `MAX_BYTES` in all, so that a short element cannot fill the memory.
    """

    def __init__(self, entities: Mapping[str, str], codes: list[str]) -> None:
        self.entities = entities
        self.codes = codes
        self.left = MAX_BYTES

    def mend(self, token: MarkupToken) -> MarkupToken:
        """The token with its references mended; comments and CDATA sections stay as they are."""
        if token.kind == "raw" or "&" not in token.source:
            return token
        attributes = [(name, self._mended(value)) for name, value in token.attributes]
        return replace(token, source=self._mended(token.source), attributes=attributes)

    def _mended(self, text: str) -> str:
        text, unended = _UNENDED.subn(r"&\1;", text)
        if unended:
            self._note("badentity")
        text = _SURROGATES.sub(self._surrogate_pair, text)
        text, bare = _BARE_AMP.subn("&amp;", text)
        if bare:
            self._note("badentity")
        return _ENTITY.sub(self._entity, text)

    def _note(self, code: str) -> None:
        if code not in self.codes:
            self.codes.append(code)

    def _surrogate_pair(self, found: re.Match[str]) -> str:
        """The character of two references to the halves of a surrogate pair, which programs with UTF-16 strings write."""
        high, low = _number(found[1]), _number(found[2])
        if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
            return found[0]
        self._note("badchar")
        return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00)

    def _entity(self, found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("#"):
            return self._character(name[1:])
        known = self.entities.get(name)
        if known is None:
            self._note("badentity")
        value = html.entities.html5.get(f"{name};") if known is None else known
        if value is None or len(value) > self.left:
            return f"&amp;{name};"
        self.left -= len(value)
        return NOT_XML.sub("", value).translate(_ESCAPES)

    def _character(self, digits: str) -> str:
        number = _number(digits)
        if number > 0x10FFFF or NOT_XML.match(chr(number)):
            self._note("badchar")
            return ""
        if 0x80 <= number < 0xA0:
            return html.unescape(f"&#{number};")  # what it is in windows-1252
        if digits.startswith("X"):
            self._note("badentity")
        return f"&#{digits.lower()};"


def _number(digits: str) -> int:
    return int(digits[1:], 16) if digits[0] in "xX" else int(digits)
