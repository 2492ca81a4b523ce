"""Removes a provider's credentials from its feed: some feeds quote the address that they were downloaded from.

The guide is published, so it must hold no secret, not even one that the feed contains. Ordinary words of an address are no
secrets: to mask `sports` or `english` would spoil the guide. These strings count as secrets, if they have at least six
characters:

- user name and password in the address, and values of query parameters with a name like `token` or `user`;
- tokens in request headers that carry credentials;
- other parts of the path, query and headers that look random. They have eight or more characters, and either letters and two
  or more digits, or three or more capitals after the first character, or digits only.

Names of elements and attributes of XMLTV are never secrets: they are in every feed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus, urlsplit

from ..core.redact import MASK, secrets_of
from ..core.secret_forms import holds_secret

if TYPE_CHECKING:
    from .batch import Batch

MIN_LENGTH = 6
MIN_RANDOM = 8
#: a reference to `…`, which is the same in every encoding
_MASK = b"&#8230;"
_CREDENTIAL = re.compile(
    r"user|login|pass|pwd|token|key|auth|secret|sig|sess|sid|cookie|mac|mail|account|code", re.I
)
_ENDINGS = re.compile(r"(\.(xml|xmltv|gz|xz|bz2|zip|zst|php|txt|json|cgi|aspx?))+$", re.I)
#: names in the DTD and in XML that have six characters or more
_MARKUP = (
    "programme channel display-name sub-title credits director writer adapter producer composer editor presenter"
    " commentator category keyword language orig-language length country episode-num video present colour aspect quality"
    " stereo previously-shown premiere last-chance subtitles rating star-rating review reviewer source image orient width"
    " height system pdc-start vps-start showview videoplus clumpidx units generator-info-name generator-info-url"
    " source-info-name source-info-url source-data-url xmltv_ns onscreen encoding version standalone doctype entity cdata"
)


def secrets_in_feeds(url: str | None, headers: Mapping[str, str]) -> frozenset[str]:
    """The strings of a provider's address and request headers that must not be stored if they are in its feed.

    Each secret comes as it is, and with its characters percent-encoded and decoded. Empty for a local path.
    """
    if not url or "://" not in url:
        return frozenset()
    parts = urlsplit(url)
    named = [item.partition("=") for item in re.split("[&;]", parts.query)]
    found = set(secrets_of(f"{parts.scheme}://{parts.netloc}/", {}))
    found |= {value for key, _, value in named if _CREDENTIAL.search(key)}
    found |= {
        piece
        for piece in (*parts.path.split("/"), parts.fragment, *(v or k for k, _, v in named))
        if _looks_random(piece)
    }
    for name, value in headers.items():
        tokens = secrets_of("", {name: value})
        found |= {token for token in tokens if _CREDENTIAL.search(name) or _looks_random(token)}
    return frozenset(form for secret in found for form in _forms(secret) if _usable(form))


def _looks_random(piece: str) -> bool:
    word = _ENDINGS.sub("", unquote(piece))
    digits, letters = sum(map(str.isdigit, word)), sum(map(str.isalpha, word))
    capitals = sum(map(str.isupper, word[1:]))
    return len(word) >= MIN_RANDOM and ((digits > 1 and letters > 0) or capitals > 2 or digits == len(word))


def _forms(secret: str) -> Iterator[str]:
    for plain in {secret, unquote(secret), unquote_plus(secret)}:
        encoded = quote(plain, safe="")
        yield from (plain, encoded, re.sub("%..", lambda match: match[0].lower(), encoded))


def _usable(form: str) -> bool:
    return len(form) >= MIN_LENGTH and form.lower() not in _MARKUP and form.isprintable()


class SecretEraser:
    """Replaces secrets in the raw elements of a feed, before they are parsed. Without secrets it changes nothing."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.secrets = sorted(secrets, key=len, reverse=True)
        self._learnt: frozenset[str] = frozenset()

    def learn(self, secrets: Iterable[str]) -> None:
        """Conceal these too: what a redirect or a cookie gave for this download only."""
        self._learnt |= frozenset(secret for secret in secrets if _looks_random(secret))

    def text(self, text: str) -> str:
        """`text` with the secrets replaced."""
        for secret in self.secrets:
            text = text.replace(secret, MASK)
        return text

    def knows(self, text: str | None) -> bool:
        """Whether `text` holds a secret."""
        return bool(text) and any(secret in str(text) for secret in self.secrets)

    def conceal(self, text: str) -> str:
        """`text`, or `…` for one that holds a secret in any form, such as in capitals or as base64."""
        return MASK if holds_secret(text, (*self.secrets, *self._learnt)) else text

    def clean(self, batches: Iterator[Batch], code: str) -> Iterator[Batch]:
        """The same batches without the secrets. `code` is the Python name of the feed's encoding.

        A batch without secrets is only searched, which is fast.
        """
        needles = list(dict.fromkeys(needle for secret in self.secrets for needle in _needles(secret, code)))
        # Each search costs time. A needle that contains a shorter one need not be searched for, as the shorter one is.
        least = [
            needle for needle in needles if not any(other != needle and other in needle for other in needles)
        ]
        patterns = [_pattern(needle) for needle in needles]
        for batch in batches:
            text = b"".join([*batch.pieces, *(raw for _, raw in batch.channels)]) if least else b""
            if any(needle in text for needle in least):
                found = [pattern for pattern in patterns if pattern.search(text)]
                pairs = zip(batch.pieces, batch.starts, strict=True)
                batch.pieces = [_cleaned(piece, found, start) for piece, start in pairs]
                batch.channels = [(line, _cleaned(raw, found)) for line, raw in batch.channels]
            yield batch


def _needles(secret: str, code: str) -> Iterator[bytes]:
    """The bytes of a secret in a document, with and without XML's escapes."""
    plain = escape(secret, quote=False)
    quoted = plain.replace('"', "&quot;")
    for form in (secret, plain, quoted.replace("'", "&apos;"), plain.replace("'", "&#39;")):
        if "<" not in form and ">" not in form:
            yield form.encode(code, "xmlcharrefreplace")


def _pattern(needle: bytes) -> re.Pattern[bytes]:
    """Matches the needle. One of digits only must stand alone, as it may also be part of a time."""
    if needle.isdigit():
        return re.compile(rb"(?<![0-9A-Za-z])" + needle + rb"(?![0-9A-Za-z])")
    return re.compile(re.escape(needle))


def _cleaned(raw: bytes, patterns: Sequence[re.Pattern[bytes]], start: int = 0) -> bytes:
    """A piece without the secrets from `start` on; the bytes before that are no part of the element."""
    if not patterns:
        return raw
    head, element = raw[:start], raw[start:]
    for pattern in patterns:
        element = pattern.sub(_MASK, element)
    return head + element
