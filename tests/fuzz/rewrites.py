"""Ways in which feeds write the same: each takes a document in UTF-8 and gives one that means the same."""

from __future__ import annotations

import re
from collections.abc import Callable

Rewrite = Callable[[bytes, int], bytes]
_START_TAG = re.compile(rb"<programme\s[^<>]*>")
_PAIR = re.compile(rb"""([a-z-]+)="([^"]*)\"""")
_TITLE = re.compile(rb"(<title\b[^<>]*>)([^<>&]*)(</title>)")
_CHARACTER = re.compile(rb"(?<=>)([A-Za-z])(?=[^<>&]*</title>)")


def _tags(change: Callable[[list[tuple[bytes, bytes]], int], bytes]) -> Rewrite:
    """A rewrite of start tags of programmes, from their attributes."""

    def rewrite(body: bytes, choice: int) -> bytes:
        def tag(found: re.Match[bytes]) -> bytes:
            return b"<programme" + change(_PAIR.findall(found[0]), choice) + b">"

        return _START_TAG.sub(tag, body)

    return rewrite


def _joined(pairs: list[tuple[bytes, bytes]], form: bytes, between: bytes, first: bytes = b" ") -> bytes:
    return first + between.join(form.replace(b"N", name).replace(b"V", value) for name, value in pairs)


def _quote_missing(pairs: list[tuple[bytes, bytes]], choice: int) -> bytes:
    """One attribute without its second quote; a blank and the next name show where it ends."""
    return b"".join(
        b" "
        + name
        + b'="'
        + value
        + (b"" if number == choice % len(pairs) and number + 1 < len(pairs) else b'"')
        for number, (name, value) in enumerate(pairs)
    )


def _rotated(pairs: list[tuple[bytes, bytes]], choice: int) -> bytes:
    at = choice % len(pairs)
    return _joined(pairs[at:] + pairs[:at], b'N="V"', b" ")


def _titles(form: str) -> Rewrite:
    """`form` has {0} for the start tag, {1} for the text and {2} for the end tag."""
    template = form.encode()
    return lambda body, choice: _TITLE.sub(
        lambda found: re.sub(rb"\{([012])\}", lambda place: found[int(place[1]) + 1], template), body
    )


#: the same start tags of programmes
ATTRIBUTES: dict[str, Rewrite] = {
    "as it is": lambda body, _: body,
    "no blanks between attributes": _tags(lambda pairs, _: _joined(pairs, b'N="V"', b"")),
    "commas": _tags(lambda pairs, _: _joined(pairs, b'N="V"', b", ")),
    "commas without blanks": _tags(lambda pairs, _: _joined(pairs, b'N="V"', b",")),
    "blanks around =": _tags(lambda pairs, _: _joined(pairs, b'N = "V"', b"\n\t")),
    "typographic quotes": _tags(lambda pairs, _: _joined(pairs, "N=“V”".encode(), b" ")),
    "German quotes": _tags(lambda pairs, _: _joined(pairs, "N=„V“".encode(), b" ")),
    "single quotes": _tags(
        lambda pairs, _: _joined(
            pairs, b'N="V"' if any(b"'" in value for _, value in pairs) else b"N='V'", b" "
        )
    ),
    "a quote missing": _tags(_quote_missing),
    "attributes in another order": _tags(_rotated),
    "an attribute that nobody knows": _tags(lambda pairs, _: _joined(pairs, b'N="V"', b' x="&amp;" ')),
}
#: the same elements and texts
ELEMENTS: dict[str, Rewrite] = {
    "as it is": lambda body, _: body,
    "a namespace": lambda body, _: body.replace(b"<programme ", b'<programme xmlns="urn:x" '),
    "a prefix": lambda body, _: body.replace(b"<programme ", b"<x:programme ").replace(
        b"</programme", b"</x:programme"
    ),
    "a prefix on titles": lambda body, _: re.sub(rb"<(/?)title\b", rb"<\1x:title", body),
    "capital letters": lambda body, _: re.sub(rb"<(/?)title\b", rb"<\1Title", body),
    "CRLF": lambda body, _: re.sub(rb"\r?\n", b"\r\n", body),
    "a break in the title": _titles("{0}\n {1}<br/>\n {2}"),
    "CDATA": _titles("{0}<![CDATA[{1}]]>{2}"),
    "a comment in the title": _titles("{0}<!-- x -->{1}{2}"),
    "references": lambda body, _: _CHARACTER.sub(lambda found: b"&#%d;" % found[1][0], body),
    "hexadecimal references": lambda body, _: _CHARACTER.sub(lambda found: b"&#x%X;" % found[1][0], body),
    "elements that nobody knows": _titles("<live/><x-y a='b'>c</x-y>{0}{1}{2}"),
    "a child without its end tag": _titles("{0}{1}{2}<keyword>k"),
    "an end tag too many": _titles("{0}{1}{2}</foo>"),
    "a title without its end tag": _titles("{0}{1}<keyword>k</keyword>"),
    "a break after the root": lambda body, _: body.rstrip() + b"\n\n<!-- end -->\n",
    "no end": lambda body, _: body.rstrip().removesuffix(b"</tv>"),
}
