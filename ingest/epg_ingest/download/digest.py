"""Digest authentication (RFC 7616): what a server asks for, and the header that answers it.

The server is asked with Basic first, as ever. If it answers 401 with a Digest challenge, the same user name and password are
used for that. They come from the headers of the request, so what is not sent to another host is not used there either.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from requests.auth import HTTPDigestAuth

#: what requests can answer
_ALGORITHMS = frozenset(("MD5", "MD5-SESS", "SHA", "SHA-256", "SHA-512"))
#: longer challenges are no challenges
_LONGEST = 4096
_DIGEST = re.compile(r"(?:^|,)\s*digest\s+", re.IGNORECASE)
_PARAMETER = re.compile(r"""\s*,?\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))""")


class DigestAnswer:
    """Answers to one challenge, which requests computes. The server counts them, and so does `header`."""

    def __init__(self, user: str, password: str, challenge: dict[str, str]) -> None:
        # requests takes the challenge from an answer that it has read to its end, however long. This one comes from elsewhere.
        self._auth = cast(Any, HTTPDigestAuth(user, password))
        self._auth.init_per_thread_state()
        self._auth._thread_local.chal = challenge

    def header(self, url: str) -> str | None:
        """The Authorization header for a GET of `url`; None if the challenge asks for more than is known here."""
        header: str | None = self._auth.build_digest_header("GET", url)
        # Header fields are sent in Latin-1; a user name in other letters goes as its UTF-8 bytes.
        return header and header.encode().decode("latin-1")


def digest_answer(challenges: Iterable[str], headers: Mapping[str, str]) -> DigestAnswer | None:
    """What answers the first Digest challenge of `challenges` (WWW-Authenticate headers) that requests can answer.

    `headers` are those of the request. None without such a challenge, or without a user name and password in them.
    """
    given = next((value for name, value in headers.items() if name.lower() == "authorization"), "")
    credentials = _basic_credentials(given)
    challenge = next(_digest_challenges(challenges), None)
    return DigestAnswer(*credentials, challenge) if credentials and challenge else None


def _digest_challenges(headers: Iterable[str]) -> Iterator[dict[str, str]]:
    """The parameters of each Digest challenge. One header may hold several challenges, also of other schemes."""
    for header in headers:
        for begin in _DIGEST.finditer(header[:_LONGEST]):
            found = _parameters(header[:_LONGEST], begin.end())
            algorithm = found.get("algorithm", "MD5").upper()
            if {"realm", "nonce"} <= found.keys() and algorithm in _ALGORITHMS:
                yield found | {"qop": found.get("qop", "").replace(" ", "")}


def _parameters(header: str, at: int) -> dict[str, str]:
    """The parameters from `at` on, up to the next scheme, which is a word without `=`."""
    found: dict[str, str] = {}
    while parameter := _PARAMETER.match(header, at):
        name, quoted, token = parameter.groups()
        found.setdefault(name.lower(), token if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = parameter.end()
    return found


def _basic_credentials(header: str) -> tuple[str, str] | None:
    """User name and password of a Basic header; None for any other."""
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(token.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user, password
