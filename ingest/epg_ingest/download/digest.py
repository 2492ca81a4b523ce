"""Digest authentication (RFC 7616): what a server asks for, and the header that answers it.

The server is asked with Basic first, as ever. If it answers 401 with a Digest challenge, the same user name and password are
used for that. They come from the headers of the request, so what is not sent to another host is not used there either.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

_Hash = Callable[[bytes], Any]
#: Each of them may also be followed by `-sess`.
_ALGORITHMS: dict[str, _Hash] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False),
    "SHA": lambda data: hashlib.sha1(data, usedforsecurity=False),
    "SHA-256": hashlib.sha256,
    "SHA-512": hashlib.sha512,
}
#: longer challenges are no challenges
_LONGEST = 4096
_DIGEST = re.compile(r"(?:^|,)\s*digest\s+", re.IGNORECASE)
_PARAMETER = re.compile(r"""\s*,?\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))""")


class DigestAnswer:
    """Answers to one challenge. The server counts them, and so does `header`.

    `stale` says that the server refuses only the nonce of the answer before, not the password.
    """

    def __init__(self, user: str, password: str, challenge: dict[str, str]) -> None:
        self._user, self._password, self._challenge = user, password, challenge
        self._count = 0
        self.stale = challenge.get("stale", "").lower() == "true"

    def header(self, url: str) -> str:
        """The Authorization header for a GET of `url`."""
        asked, self._count = self._challenge, self._count + 1
        parts = urlsplit(url)
        uri = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        count, chosen = f"{self._count:08x}", secrets.token_hex(8)
        fields = {"username": self._user, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri}
        fields["response"] = self._response(uri, count, chosen)
        fields |= {name: asked[name] for name in ("opaque", "algorithm") if asked.get(name)}
        written = [f'{name}="{_escaped(value)}"' for name, value in fields.items()]
        if asked["qop"]:
            written += ['qop="auth"', f"nc={count}", f'cnonce="{chosen}"']
        # Header fields are sent in Latin-1; a user name in other letters goes as its UTF-8 bytes.
        return f"Digest {', '.join(written)}".encode().decode("latin-1")

    def _response(self, uri: str, count: str, chosen: str) -> str:
        """The hash that proves the password (RFC 7616, 3.4.1). `chosen` is the nonce of this side."""
        asked = self._challenge
        algorithm = asked.get("algorithm", "MD5").upper()
        digest = _ALGORITHMS[algorithm.removesuffix("-SESS")]

        def hashed(*parts: str) -> str:
            return str(digest(":".join(parts).encode()).hexdigest())

        secret = hashed(self._user, asked["realm"], self._password)
        if algorithm.endswith("-SESS"):
            secret = hashed(secret, asked["nonce"], chosen)
        middle = [count, chosen, "auth"] if asked["qop"] else []
        return hashed(secret, asked["nonce"], *middle, hashed("GET", uri))


def digest_answer(challenges: Iterable[str], headers: Mapping[str, str]) -> DigestAnswer | None:
    """What answers the first Digest challenge of `challenges` (WWW-Authenticate headers) that can be answered.

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
            algorithm = found.get("algorithm", "MD5").upper().removesuffix("-SESS")
            qop = [name.strip().lower() for name in found.get("qop", "").split(",") if name.strip()]
            # `auth-int` alone asks for a hash of the body.
            if {"realm", "nonce"} <= found.keys() and algorithm in _ALGORITHMS and (not qop or "auth" in qop):
                yield found | {"qop": "auth" if qop else ""}


def _parameters(header: str, at: int) -> dict[str, str]:
    """The parameters from `at` on, up to the next scheme, which is a word without `=`.

    Headers come as Latin-1; letters beyond ASCII are usually UTF-8.
    """
    found: dict[str, str] = {}
    while parameter := _PARAMETER.match(header, at):
        name, quoted, token = parameter.groups()
        found.setdefault(name.lower(), token if quoted is None else _as_utf8(re.sub(r"\\(.)", r"\1", quoted)))
        at = parameter.end()
    return found


def _as_utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _escaped(text: str) -> str:
    """The inside of a quoted string (RFC 9110, 5.6.4), which has no control characters."""
    return re.sub(r'(["\\])', r"\\\1", re.sub(r"[\0-\x1f\x7f]", "", text))


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
