"""The one place that takes secrets out of text.

Feed URLs carry user names and passwords in user-info, in the query string and in the path, and exceptions
of HTTP libraries quote the URL they were given. What is published keeps `scheme://host[:port]/…` and no more
(contract, section 2).
"""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urlsplit

MASK = "…"
#: shorter query values and path segments are words of the URL ("v2", "1"), and would blank ordinary text
MIN_PART = 4

_URL = re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,30}://|file:/)\S+", re.IGNORECASE)
_CLOSING = ")'\">],.;:!?"
_WITH_URL = re.compile(r"(with url: )\S+")
_PARTS = re.compile(r"(?P<scheme>[a-z][\w+.-]*)://(?P<authority>[^/?#\\]*)(?P<rest>.*)", re.I | re.S)
_HOST = re.compile(r"(\[[0-9a-f:.%]+\]|[\w.-]+)(:\d*)?", re.IGNORECASE)
_HARMLESS_HEADERS = frozenset(
    ("accept", "accept-encoding", "accept-language", "cache-control", "connection", "pragma", "user-agent")
)
#: names of parameters, headers and parts of paths that hold a credential
CREDENTIAL_NAME = r"user(?![-_]?agent)|login|pass|pwd|token|key|auth|secret|sig|sess|sid|mac|account|cookie"
_CREDENTIAL = re.compile(CREDENTIAL_NAME, re.IGNORECASE)
#: `keyword=`, `machine=` and the like, in which a short name is by chance
_NO_CREDENTIALS = re.compile(
    r"keyword|keyframe|monkey|turkey|design|signal|inside|side|residence|machine|author(?!i[sz])",
    re.IGNORECASE,
)
#: a JSON Web Token, which says who somebody is
_WEB_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.")
#: values that say yes or no
_SWITCHES = frozenset(("", "0", "1", "true", "false", "yes", "no", "none", "null"))
_SCHEME_WORDS = frozenset(("basic", "bearer", "digest", "token", "apikey", "negotiate"))

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


def redact_url(url: str) -> str:
    """`url` as it may be published: `scheme://host[:port]/…`.

    An origin that carries nothing else stays as it is; a file: URL or a path becomes `file:…`; an authority
    that no host can be told from (an unescaped slash in a password) becomes `scheme://…`.
    """
    parts = _PARTS.fullmatch(url.strip())
    if parts is None or parts["scheme"].lower() == "file":
        return f"file:{MASK}" if url.strip() else ""
    user_info, _, host = parts["authority"].rpartition("@")
    if not _HOST.fullmatch(host):
        return f"{parts['scheme']}://{MASK}"
    origin = f"{parts['scheme']}://{host}"
    if user_info or parts["rest"] not in ("", "/"):
        return f"{origin}/{MASK}"
    return origin + parts["rest"]


def secrets_of(url: str, headers: Headers = ()) -> frozenset[str]:
    """The strings of `url` and of its request `headers` (name, value) that must appear nowhere.

    Password, user name beside a password, `user:password` plain and as Basic auth sends it, path segments and
    query values of four characters or more, values of headers other than the harmless ones; each as given,
    percent-decoded and percent-encoded.
    """
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found = {form for part in _url_parts(url) for form in _forms(part)}
    for name, value in pairs:
        if name.strip().lower() not in _HARMLESS_HEADERS:
            found.update(_header_parts(value))
    return frozenset(filter(None, found))


def command_secrets(arguments: Sequence[str]) -> frozenset[str]:
    """The strings of a command that must appear nowhere: what its arguments hold, other than names of options and files.

    `arguments` begins with the program.
    """
    found: set[str] = set()
    for argument in arguments[1:]:
        value = argument.partition("=")[2] if argument.startswith("-") else argument
        if "://" in value:
            found |= secrets_of(value)
        elif len(value) >= MIN_PART and "/" not in value:
            found |= set(_forms(value))
    return frozenset(filter(None, found))


def redact(text: str, secrets: Iterable[str] = frozenset()) -> str:
    """`text` with every URL cut to its origin and every one of `secrets` replaced by `…`.

    Text with neither comes back unchanged. A secret of fewer than four characters is replaced where it stands
    alone.
    """
    text = _WITH_URL.sub(rf"\1{MASK}", text)
    text = _URL.sub(_redact_match, text)
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= MIN_PART:
            text = text.replace(secret, MASK)
        elif secret:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", MASK, text)
    return text


def _redact_match(match: re.Match[str]) -> str:
    """The URL found in a text, redacted; a quote or full stop after it stays."""
    url = match[0].rstrip(_CLOSING)
    return redact_url(url) + match[0][len(url) :]


def _url_parts(url: str) -> Iterator[str]:
    parts = _PARTS.fullmatch(url.strip())
    if parts is None or parts["scheme"].lower() == "file":
        return
    user_info = parts["authority"].rpartition("@")[0]
    yield from _user_parts(user_info)
    path, _, query = parts["rest"].partition("#")[0].partition("?")
    fragment = parts["rest"].partition("#")[2]
    pieces = [*re.split(r"[/\\]", path), fragment]
    pieces += [value or key for key, _, value in (item.partition("=") for item in re.split("[&;]", query))]
    yield from (piece for piece in pieces if len(unquote(piece)) >= MIN_PART)


def _user_parts(user_info: str) -> Iterator[str]:
    user, colon, password = user_info.partition(":")
    if not colon:
        # `https://TOKEN@host/`: without a password the name is the credential
        yield from (user,) if len(unquote(user)) >= MIN_PART else ()
        return
    yield from (user, password, user_info)
    yield base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()


def _forms(part: str) -> Iterator[str]:
    yield from (part, unquote(part), unquote_plus(part))
    for plain in (unquote(part), unquote_plus(part)):
        yield from (quote(plain), quote(plain, safe=""), quote_plus(plain))


def _header_parts(value: str) -> Iterator[str]:
    """The value of a secret header, its tokens, and what `name=value` and Basic tokens hold."""
    yield value.strip()
    for token in re.split(r"[\s;,]+", value):
        inner = token.partition("=")[2].strip('"=')
        yield from (
            part for part in (token, inner) if len(part) >= MIN_PART and part.lower() not in _SCHEME_WORDS
        )
    kind, _, credentials = value.strip().partition(" ")
    if kind.lower() == "basic":
        yield from _user_parts(_decoded(credentials))


def _decoded(credentials: str) -> str:
    """Basic credentials as `user:password`, "" when they are not base64 (they are masked whole anyway)."""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def secret_part(address: str) -> str | None:
    """What in an http address is a credential, in words for a message that do not repeat it; None where nothing is.

    For addresses that a person gives to be published, such as that of a logo. Whether a part of a path is a secret, nobody can
    tell from a single address; what says itself that it is one counts.
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets around what is no address
        return None
    if "@" in parts.netloc:
        return "a user name or password"
    if _WEB_TOKEN.search(unquote(address)):
        return "a token"
    named = dict(_parameters(address))
    if {"u", "p"} <= named.keys():
        return "a user name or password"
    for name, value in named.items():
        if value.lower() not in _SWITCHES and _CREDENTIAL.search(_NO_CREDENTIALS.sub("", name)):
            return f"the parameter {name[:40]!r}"
    return None


def program_of(command: str | Sequence[str]) -> str:
    """The name of a command's program, without its folder and its arguments, which may be passwords."""
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError:
        return MASK
    return PurePath(str(words[0])).name or MASK if words else ""


def _parameters(address: str) -> Iterator[tuple[str, str]]:
    """Names, in lower case, with values: of the query, the fragment, parts of the path, and headers after `|`."""
    for item in re.split(r"[?&;#|/]", address.partition("://")[2])[1:]:
        name, sign, value = item.partition("=")
        if sign:
            yield unquote_plus(name).strip().lower(), unquote_plus(value).strip()
