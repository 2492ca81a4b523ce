"""Many entries of an M3U list at once, where all have the same attributes in the same order, as in most lists.

    #EXTINF:-1 tvg-id="1" tvg-logo="http://one.example/1.png" group-title="News",One
    #EXTVLCOPT:http-user-agent=x
    http://one.example/1.ts

A text of such entries is cut at the double quotes. With three attributes, each sixth part then is an id, each sixth part from
the fourth on is a logo, and so on: a slice is a column. The parts between the values must be the same in all entries, and the
numbers of quotes, lines and options must fit. If anything else is in the text (quotes in a value, a rare attribute, an entry
without an address), None is returned, and the caller reads line by line.
Python does little for each entry this way, so that 100,000 are read in a quarter of the time of line by line: reading is most
of what a refresh costs in which nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import count, repeat

from ..entry import EntryKind, LineupEntry
from .entry_kind import AUDIO_OR_VIDEO, NAME_ENDS, has_folder_of_films, is_radio_group, kind_of
from .entry_text import icon, number, number_in, plain_texts
from .m3u_entry import GROUPS, IDS, LOGOS, NAMES, NUMBERS, TYPES

#: the beginning of an entry
BEGIN = "\n#EXTINF:"
#: the lines between `#EXTINF` and address that a player needs
OPTIONS = ("#EXTVLCOPT:", "#KODIPROP:", "#EXTHTTP:", "#WEBPROP:")
#: the attributes whose values count here, in the order of the places
_FIELDS = (IDS[:1], NAMES[:1], NUMBERS, LOGOS, GROUPS, TYPES, ("radio",))
#: those that mean something and are read line by line only
_OTHERS = frozenset((*IDS[1:], *NAMES[1:], "tvg-shift", "title"))
_KEY = re.compile(r"(?:\n#EXTINF:(?:-1|0))? +([\w-]{1,64})=", re.ASCII)
#: an entry may be this long on average
_LONGEST = 2_000


def uniform(text: str, position: int) -> list[LineupEntry] | None:
    """The entries of a text that begins with `BEGIN`, from a position on; None if they are not all in one form."""
    first = text[: text.find(BEGIN, 1)].split('"')
    names = tuple(first[:-1:2])
    places = _places(names)
    entries, width = text.count(BEGIN), 2 * len(names)
    if not places or len(text) > _LONGEST * entries:
        return None
    options = text.count("\n#") - entries
    if text.count("\n") != 2 * entries + options or (
        options and options != sum(map(text.count, _OPTION_LINES))
    ):
        return None
    # With the beginning of one more entry at the end, all names and addresses are followed by the same.
    parts = f'{text}{names[0]}"'.split('"')
    if len(parts) != width * entries + 2:
        return None
    tails = [part.split("\n") for part in parts[width::width]]
    between = [parts[at::width] for at in range(2, width, 2)]
    between += [[tail[-1] for tail in tails], [tail[0][:1] for tail in tails]]
    if any(
        column.count(same) != entries
        for column, same in zip(between, (*names[1:], names[0][1:], ","), strict=True)
    ):
        return None
    del parts[-2:]
    columns = [parts[at::width] if at >= 0 else None for at in places]
    return _entries(columns, tails, position)


def _entries(
    columns: Sequence[list[str] | None], tails: Sequence[list[str]], position: int
) -> list[LineupEntry] | None:
    """The entries of columns of values, and of the lines that follow the last value of each."""
    blank = [""] * len(tails)
    ids, tvg_names, numbers, logos, groups, types, radios = (column or blank for column in columns)
    names = [tail[0][1:].strip() for tail in tails]
    addresses = [tail[-2].strip() for tail in tails]
    if not all(names) or not all(addresses):
        return None
    names, tvg_names, groups = (plain_texts(texts) for texts in (names, tvg_names, groups))
    return list(
        map(
            LineupEntry,
            count(position),
            [
                number(given) if given else number_in(name) if name[0].isdigit() else ""
                for given, name in zip(numbers, names, strict=True)
            ],
            names,
            map(str.strip, ids),
            [
                (other.strip(),) if other and other != name else ()
                for other, name in zip(tvg_names, names, strict=True)
            ],
            groups,
            map(icon, logos) if any(logos) else logos,
            _kinds(names, groups, addresses, types, radios),
            repeat(0),
            addresses,
            [tuple(tail[1:-2]) if len(tail) > 3 else () for tail in tails],
        )
    )


def _kinds(
    names: Sequence[str],
    groups: Sequence[str],
    addresses: Sequence[str],
    types: Sequence[str],
    radios: Sequence[str],
) -> list[EntryKind]:
    """The kind of each entry. A cheap look tells that most are television."""
    rows = zip(names, groups, addresses, types, radios, strict=True)
    together = "\n".join(addresses)
    if (
        any(types)
        or any(radios)
        or "?" in together
        or has_folder_of_films(together)
        or any(map(is_radio_group, set(groups)))
    ):
        return [kind_of(*row) for row in rows]
    ends = zip([name[-1] for name in names], [address[-4:] for address in addresses], rows, strict=True)
    return [
        "tv" if (last.isalnum() or last in NAME_ENDS) and file not in AUDIO_OR_VIDEO else kind_of(*row)
        for last, file, row in ends
    ]


_OPTION_LINES = tuple(f"\n{option}" for option in OPTIONS)


@lru_cache(maxsize=256)
def _places(names: tuple[str, ...]) -> tuple[int, ...]:
    """The places of `_FIELDS` in an entry with these parts between the values, () if it has another form."""
    keys = [found[1].lower() for name in names if (found := _KEY.fullmatch(name))]
    if not keys or len(keys) != len(names) or len(keys) != len(set(keys)) or _OTHERS.intersection(keys):
        return ()
    return tuple(next((2 * keys.index(name) + 1 for name in field if name in keys), -1) for field in _FIELDS)
