"""Which strings of a list's addresses and options are credentials. Pure.

A credential says so itself, or its form and its number tell:

    named    user-info (`http://USER:PASSWORD@…`), parameters and headers with a name such as `token`, `?u=…&p=…`
    account  the two parts of `/live/USER/PASSWORD/5.ts` and its like: this form is that of accounts
    shared   the two of `/USER/PASSWORD/5`, and a part of the path that looks random: if it is in more than half of the
             addresses of its host, or if two or more different stations have it, as a list may have several accounts

What names a station or a kind of stations is no credential: a category or quality (`/Sport/HD12/1`), the group of most entries
that have it, or the whole name or id of most of them (`/TV/EuroNews/55`). Where fewer than half of the addresses have a part,
it is none either if most of their names are written with its letters.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote, unquote_plus

from ..core.redact import CREDENTIAL_NAME, secrets_of
from ..genres.genre import genre_of
from ..lineups.entry import LineupEntry
from ..parse.feed_secrets import secrets_in_feeds

#: shorter values are words; two of at least `SHORTEST_OF_PAIR` are found where they are written together
MIN_LENGTH = 4
SHORTEST_OF_PAIR = 3
#: different addresses, without the name of the stream, that are searched: those that most entries have; as many options
MOST_FORMS = 500
_XTREAM = re.compile(
    r"[a-z]+://[^/]+/(?:(live|movie|series|timeshift|hls|play)/)?([^/]+)/([^/]+)/\d+(?:\.\w{1,5})?(?:[?#|]|$)",
    re.IGNORECASE,
)
_QUALITY = re.compile(
    r"(?:[fuq]?hd|sd|hevc|avc|[hx]26[45]|[248]k|raw|hq|lq)\d{0,3}|\d{3,4}[pi]", re.IGNORECASE
)
#: stations by which a part is known for that of an account; names of each form that are looked at
MANY, MOST_NAMES = 2, 20
#: what public addresses have in the place of an account, and values that are switches (`?auth=true`)
_WORDS = frozenset({
    "live", "play", "stream", "streams", "channel", "channels", "iptv", "video", "videos", "media", "movie", "movies", "series",
    "timeshift", "content", "index", "radio", "auto", "public", "http", "https", "true", "false", "none", "null",
})  # fmt: skip
_DIGITS = re.compile("[0-9]+")
#: stands for the names of a form that is not looked at
_FULL: frozenset[str] = frozenset(map(str, range(MOST_NAMES)))
_USER_INFO = re.compile(r"[a-z][a-z0-9+.-]*://([^/?#\s]*)@", re.IGNORECASE)
#: `password=x`, `"Authorization": "Bearer x"`
_NAMED = re.compile(
    rf"""([\w.-]{{0,40}}(?:{CREDENTIAL_NAME})[\w.-]{{0,40}})["']?\s*[=:]\s*["']?"""
    r"""((?:(?:bearer|basic|digest|token)(?:\s|%20|\+)+)?[^"'&|\s,;}]+)""",
    re.IGNORECASE,
)
_INITIAL = re.compile(r"[?&|;]([up])=([^&|;#\s\"]+)", re.IGNORECASE)


class StreamCredentials(NamedTuple):
    """What an address or an option holds: `certain` is user-info, `named` says so itself, `account` has the form of an account,
    `shared` counts if many have it."""

    certain: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    account: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()


class _Form(NamedTuple):
    """An address without the number of its stream: how many `entries` have it, what it holds, and letters of their names."""

    address: str
    entries: int
    held: StreamCredentials
    names: frozenset[str]


def credentials_in(text: str) -> StreamCredentials:
    """The credentials of an address, or of the options of an entry."""
    certain = frozenset(_user_info(text))
    named = frozenset(_values(text))
    path = _XTREAM.match(text)
    form, *given = path.groups() if path else ("",)
    parts = {part for part in given if not _is_word(part)}
    pair = frozenset({*filter(_usable, parts), *(_pair(*given) if len(parts) > 1 else ())}) - named - certain
    random = secrets_in_feeds(text, {}) if "://" in text[:30] and "[" not in text else frozenset()
    account = pair if form and len(parts) > 1 else frozenset[str]()
    return StreamCredentials(
        certain, named, account, frozenset(filter(_no_word, pair | random)) - named - certain - account
    )


def credentials_of_entries(entries: Sequence[LineupEntry]) -> frozenset[str]:
    """The credentials of the addresses and options of a list."""
    found = _forms_of(entries)
    written = [option for entry in entries if entry.options for option in entry.options]
    options = [credentials_in(option) for option, _ in Counter(written).most_common(MOST_FORMS)]
    certain = {part for one in (*options, *(form.held for form in found)) for part in one.certain}
    certain |= {part for one in options for part in one.named}
    maybe = _shared(found)
    for form in found:
        for part in form.held.named | form.held.account:
            maybe[part] = maybe.get(part, 0) + form.entries
    return frozenset(certain) | (maybe.keys() - _names(entries, maybe))


def _forms_of(entries: Sequence[LineupEntry]) -> list[_Form]:
    """The addresses that most entries have, without the numbers of their streams."""
    given = [_without_stream(entry.address) for entry in entries]
    counts = dict(Counter(given).most_common(MOST_FORMS))
    names: dict[str, set[str]] = {form: set() for form in counts}
    for form, entry in zip(given, entries, strict=True):
        if len(names.get(form, _FULL)) < MOST_NAMES:
            names[form].add(_letters(entry.name))
    return [
        _Form(form, count, credentials_in(form), frozenset(names[form])) for form, count in counts.items()
    ]


def _shared(found: Sequence[_Form]) -> dict[str, int]:
    """The parts that more than half of the addresses of a host have, or that `MANY` stations have which are not called so; with
    how many addresses that are."""
    by_host: dict[str, list[_Form]] = defaultdict(list)
    for form in found:
        by_host[_host(form.address)].append(form)
    shared: dict[str, int] = {}
    for forms in by_host.values():
        total = sum(form.entries for form in forms)
        for part in {part for form in forms for part in form.held.shared}:
            having = [form for form in forms if part in form.address or part in form.held.shared]
            count = sum(form.entries for form in having)
            if 2 * count > total or _of_an_account(part, having):
                shared[part] = max(count, shared.get(part, 0))
    return shared


def _of_an_account(part: str, having: Sequence[_Form]) -> bool:
    """Whether many stations have a part in their addresses, and most of them are not called by its letters."""
    names = {name for form in having for name in form.names}
    letters = _letters(part)
    called = sum(letters in name or name in letters for name in names) if len(letters) >= MIN_LENGTH else 0
    return len(names) >= MANY and 2 * called < len(names)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


def _is_word(part: str) -> bool:
    """Whether it says what is shown, and not to whom: a category in any language, a quality, or a usual part of addresses."""
    if part.lower() in _WORDS or _QUALITY.fullmatch(part):
        return True
    plain = unquote(part)
    # Not of two words that are written as one: a name such as `EuroNews`.
    return (plain.islower() or plain.isupper() or plain.istitle()) and genre_of([plain]) is not None


def _no_word(part: str) -> bool:
    return not _is_word(part)


def _names(entries: Sequence[LineupEntry], counts: Mapping[str, int]) -> set[str]:
    """Those strings that are the name, the group or an id of at least half of the entries whose address has them."""
    wanted = {part.casefold(): part for part in counts}
    said = {text for entry in entries for text in (entry.name, entry.source_id, entry.group_name)}
    said.update(other for entry in entries if entry.other_ids for other in entry.other_ids)
    if wanted.keys().isdisjoint(map(str.casefold, said)):
        return set()
    found: Counter[str] = Counter()
    for entry in entries:
        texts = set(map(str.casefold, (entry.name, entry.source_id, entry.group_name, *entry.other_ids)))
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
