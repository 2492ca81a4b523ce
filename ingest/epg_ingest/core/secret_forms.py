"""Whether a text holds a secret in any form: in capitals, cut, reversed, escaped, or packed as base64 or hex.

A server may repeat what it was asked for in a form of its own, which a search for the secret does not find. So what a server
says is shown only if this finds nothing in it. Pure.

The text is decoded in all the ways that are known, up to three in a row. Only letters and digits are compared, without their
case. Two thirds of a secret give it away.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import unquote_plus

#: characters that are looked at; nobody is shown more
_LOOKED_AT = 4096
#: a shorter part of a secret is a word, and a shorter number a year
_LEAST, _LEAST_DIGITS = 4, 6
#: readings of a text that are tried, one after the other
_ROUNDS = 3
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{6,}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:]?){4,}")
#: of JSON, Python, JavaScript and quoted-printable
_ESCAPE = re.compile(r"(?:\\u\{?0{0,4}|\\x|=)([0-9A-Fa-f]{2})\}?")
_URL_SAFE = str.maketrans("-_", "+/")


def holds_secret(text: str, secrets: Iterable[str]) -> bool:
    """Whether `text` holds any of `secrets`, or two thirds of one, in some form. Only its first 4096 characters are read."""
    pieces = {piece for secret in secrets for piece in _pieces(_letters(secret))}
    if not pieces or not text:
        return False
    return any(piece in letters for letters in map(_letters, _readings(text)) for piece in pieces)


def _pieces(secret: str) -> Iterator[str]:
    """The parts of a secret that give it away."""
    least = _LEAST_DIGITS if secret.isdigit() else _LEAST
    size = min(len(secret), max(least, -(-2 * len(secret) // 3)))
    if size:
        yield from (secret[at : at + size] for at in range(len(secret) - size + 1))


def _letters(text: str) -> str:
    """Letters and digits alone, in one case and one width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _readings(text: str) -> set[str]:
    """The text as it is, and in each form that a reader could decode it to."""
    found, newest = {text[:_LOOKED_AT]}, {text[:_LOOKED_AT]}
    for _ in range(_ROUNDS):
        newest = {reading for known in newest for reading in _decoded(known)} - found
        found |= newest
    return found


def _decoded(text: str) -> Iterator[str]:
    yield text[::-1]
    yield unquote_plus(text)
    yield unescape(text)
    yield _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    yield from _of_base64(text)
    packed = "".join(bytes.fromhex(re.sub(r"[\s:]", "", run)).decode("latin-1") for run in _HEX.findall(text))
    if packed:
        yield packed


def _of_base64(text: str) -> Iterator[str]:
    """What runs of letters are in base64: a run may begin within a group of four."""
    runs = [run.translate(_URL_SAFE) for run in _BASE64.findall(text)]
    for skip in range(4) if runs else ():
        whole = (run[skip:] for run in runs)
        whole = (run[: len(run) // 4 * 4] + _padded(run[len(run) // 4 * 4 :]) for run in whole)
        yield " ".join(base64.b64decode(run).decode("latin-1") for run in whole)


def _padded(rest: str) -> str:
    """The last group of base64, filled up; a single letter is less than a byte."""
    return rest.ljust(4, "=") if len(rest) > 1 else ""
