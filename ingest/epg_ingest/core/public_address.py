"""Whether an address may be shown to everybody: one with a user, a password or a token may not. Pure.

For addresses that a person gives to be published, such as that of a logo. Whether a part of a path is a secret, nobody can tell
from a single address; what says itself that it is one is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus, urlsplit

#: names of parameters, headers and parts of paths that hold a credential
CREDENTIAL_NAME = r"user(?![-_]?agent)|login|pass|pwd|token|key|auth|secret|sig|sess|sid|mac|account|cookie"
_NAME = re.compile(CREDENTIAL_NAME, re.IGNORECASE)
#: `keyword=`, `machine=` and the like, in which a short name is by chance
_WORDS = re.compile(
    r"keyword|keyframe|monkey|turkey|design|signal|inside|side|residence|machine|author(?!i[sz])",
    re.IGNORECASE,
)
#: a JSON Web Token, which says who somebody is
_TOKEN = re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.")
#: values that say yes or no
_SWITCHES = frozenset(("", "0", "1", "true", "false", "yes", "no", "none", "null"))


def secret_part(address: str) -> str | None:
    """What in an http address is a credential, in words for a message that do not repeat it; None where nothing is."""
    try:
        parts = urlsplit(address)
    except ValueError:  # brackets around what is no address
        return None
    if "@" in parts.netloc:
        return "a user name or password"
    if _TOKEN.search(unquote(address)):
        return "a token"
    named = dict(_parameters(address))
    if {"u", "p"} <= named.keys():
        return "a user name or password"
    for name, value in named.items():
        if value.lower() not in _SWITCHES and _NAME.search(_WORDS.sub("", name)):
            return f"the parameter {name[:40]!r}"
    return None


def _parameters(address: str) -> Iterator[tuple[str, str]]:
    """Names, in lower case, with values: of the query, the fragment, parts of the path, and headers after `|`."""
    for item in re.split(r"[?&;#|/]", address.partition("://")[2])[1:]:
        name, sign, value = item.partition("=")
        if sign:
            yield unquote_plus(name).strip().lower(), unquote_plus(value).strip()
