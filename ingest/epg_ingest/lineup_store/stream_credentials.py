"""Which strings of a list's addresses and options are credentials. Pure.

A credential says so itself, or it is the same for all streams:

    named    user-info (`http://USER:PASSWORD@…`), parameters and headers with a name such as `token`, `?u=…&p=…`
    shared   a part of the path that looks random, or the two of an Xtream address (`/live/USER/PASSWORD/5.ts`), if it is in
             more than half of the addresses of its host

A part that is the whole name or id of most entries whose address has it names the station: `/TV/EuroNews/55`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

from ..core.redact import secrets_of
from ..lineups.entry import LineupEntry
from ..parse.feed_secrets import secrets_in_feeds

#: shorter values are words; two of at least `SHORTEST_OF_PAIR` are found where they are written together
MIN_LENGTH = 4
SHORTEST_OF_PAIR = 3
#: different addresses, without the name of the stream, that are searched: those that most entries have; as many options
MOST_FORMS = 500
_XTREAM = re.compile(
    r"[a-z]+://[^/]+/(?:(?:live|movie|series|timeshift|hls|play)/)?([^/]+)/([^/]+)/\d+(?:\.\w{1,5})?(?:[?#|]|$)",
    re.IGNORECASE,
)
#: what public addresses have in the place of an account, and values that are switches (`?auth=true`)
_WORDS = frozenset({
    "live", "play", "stream", "streams", "channel", "channels", "iptv", "video", "videos", "media", "movie", "movies", "series",
    "timeshift", "content", "index", "radio", "auto", "public", "http", "https", "true", "false", "none", "null",
})  # fmt: skip
_DIGITS = re.compile("[0-9]+")
_USER_INFO = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#\s]*)@", re.IGNORECASE)
CREDENTIAL_NAME = r"user(?![-_]?agent)|login|pass|pwd|token|key|auth|secret|sig|sess|sid|mac|account|cookie"
#: `password=x`, `"Authorization": "Bearer x"`
_NAMED = re.compile(
    rf"""([\w.-]{{0,40}}(?:{CREDENTIAL_NAME})[\w.-]{{0,40}})["']?\s*[=:]\s*["']?"""
    r"""((?:(?:bearer|basic|digest|token)(?:\s|%20|\+)+)?[^"'&|\s,;}]+)""",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[?&|;]([up])=([^&|;#\s\"]+)", re.IGNORECASE)


class StreamCredentials(NamedTuple):
    """What an address or an option holds: `certain` is user-info, `named` says so itself, `shared` counts if most have it."""

    certain: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


def credentials_in(text: str) -> StreamCredentials:
    """The credentials of an address, or of the options of an entry."""
    certain = frozenset(_user_info(text))
    named = frozenset(_values(text))
    path = _XTREAM.match(text)
    parts = {part for part in path.groups() if part.lower() not in _WORDS} if path else set()
    pair = _pair(*path.groups()) if path and len(parts) > 1 else ()
    random = secrets_in_feeds(text, {}) if "://" in text[:30] and "[" not in text else frozenset()
    return StreamCredentials(
        certain, named, frozenset({*filter(_usable, parts), *pair} | random) - named - certain
    )


def credentials_of_entries(entries: Sequence[LineupEntry]) -> frozenset[str]:
    """The credentials of the addresses and options of a list."""
    forms = Counter([_without_stream(entry.address) for entry in entries]).most_common(MOST_FORMS)
    written = [option for entry in entries if entry.options for option in entry.options]
    options = [credentials_in(option) for option, _ in Counter(written).most_common(MOST_FORMS)]
    found = [(address, count, credentials_in(address)) for address, count in forms]
    certain = {part for one in (*options, *(one for *_, one in found)) for part in one.certain}
    certain |= {part for one in options for part in one.named}
    maybe = _shared(found)
    for _, count, one in found:
        for part in one.named:
            maybe[part] = maybe.get(part, 0) + count
    return frozenset(certain) | (maybe.keys() - _names(entries, maybe))


def _shared(found: Sequence[tuple[str, int, StreamCredentials]]) -> dict[str, int]:
    """The parts that more than half of the addresses of a host have, with how many addresses that are."""
    by_host: dict[str, list[tuple[str, int, StreamCredentials]]] = defaultdict(list)
    for one in found:
        by_host[_host(one[0])].append(one)
    shared: dict[str, int] = {}
    for of_host in by_host.values():
        total = sum(count for _, count, _ in of_host)
        for part in {part for *_, one in of_host for part in one.shared}:
            have = sum(count for address, count, one in of_host if part in address or part in one.shared)
            if 2 * have > total:
                shared[part] = max(have, shared.get(part, 0))
    return shared


def _names(entries: Sequence[LineupEntry], counts: Mapping[str, int]) -> set[str]:
    """Those strings that are the name or the id of at least half of the entries whose address has them."""
    wanted = {part.casefold(): part for part in counts}
    said = {*(entry.name for entry in entries), *(entry.source_id for entry in entries)}
    said.update(other for entry in entries if entry.other_ids for other in entry.other_ids)
    if wanted.keys().isdisjoint(map(str.casefold, said)):
        return set()
    found: Counter[str] = Counter()
    for entry in entries:
        texts = set(map(str.casefold, (entry.name, entry.source_id, *entry.other_ids)))
        found.update(part for text in texts & wanted.keys() if (part := wanted[text]) in entry.address)
    return {part for part, count in found.items() if 2 * count >= counts[part]}


def _without_stream(address: str) -> str:
    """An address in which the number of the stream is 1, and without its ending: that of all streams of an account is the same
    then."""
    at = len(address)
    if "?" in address or "|" in address:  # the query, or the headers that Kodi takes in an address
        at = min(f"{address}{sign}".index(sign) for sign in "?|")
    front, slash, last = address[:at].rpartition("/")
    return f"{front}{slash}{_DIGITS.sub('1', last.partition('.')[0])}{address[at:]}"


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0].rpartition("@")[2].lower()


def _user_info(text: str) -> Iterator[str]:
    for given in _USER_INFO.findall(text):
        user, _, password = given.partition(":")
        yield from (form for part in (user, password) for form in _forms(part))
        yield from _pair(user, password)


def _values(text: str) -> Iterator[str]:
    """The values of parameters and headers with the name of a credential; of `u` and `p` if both are there."""
    for name, value in _NAMED.findall(text):
        for written in {value, unquote_plus(value)}:
            yield from (form for part in secrets_of("", {f"x-{name}": written}) for form in _forms(part))
    initials = {name.lower(): value for name, value in _INITIAL.findall(text)}
    if len(initials) > 1:
        yield from (form for value in initials.values() for form in _forms(value))
        yield from _pair(initials["u"], initials["p"])


def _pair(user: str, password: str) -> Iterable[str]:
    """User name and password as people write them together, where they are too short to be found alone."""
    plain = (unquote(user), unquote(password))
    if min(map(len, plain)) < SHORTEST_OF_PAIR:
        return ()
    return (":".join(plain), "/".join(plain))


def _forms(part: str) -> Iterator[str]:
    return (form for form in {part, unquote(part), unquote_plus(part)} if _usable(form))


def _usable(form: str) -> bool:
    return len(form) >= MIN_LENGTH and form.isprintable() and form.lower() not in _WORDS
