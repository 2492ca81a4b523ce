"""Many entries of an M3U list at once, where they have the same attributes in the same order, as in most lists.

    #EXTINF:-1 tvg-id="1" tvg-logo="http://one.example/1.png" group-title="News",One
    #EXTVLCOPT:http-user-agent=x
    http://one.example/1.ts

A text of such entries is cut at the double quotes. With three attributes, each sixth part then is an id, each sixth part from
the fourth on is a logo, and so on: a slice is a column. The parts between the values must be the same in all entries. What
follows the last value is cut at the line ends and makes columns in the same way: name, options, address. Entries with other
numbers of quotes or lines are put together and read in the same way. If anything else is in the text (quotes in a value, a
rare attribute, an entry without an address), None is returned, and the caller reads line by line. Python does little for each
entry this way: 100,000 entries take a quarter of the time, and that is most of a refresh in which nothing changed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from operator import attrgetter

from ..entry import LineupEntry
from . import extinf
from .entry_kind import kinds_of
from .entry_text import icons, number, number_in, plain_texts
from .m3u_entry import GROUPS, IDS, LOGOS, NAMES, NUMBERS, STREAM, TYPES, from_attributes, stream_line

#: the beginning of an entry
BEGIN = "\n#EXTINF:"
#: the lines between `#EXTINF` and address that a player needs
OPTIONS = ("#EXTVLCOPT:", "#KODIPROP:", "#EXTHTTP:", "#WEBPROP:")
#: the attributes whose values count here, in the order of the places
_FIELDS = (IDS[:1], NAMES[:1], NUMBERS, LOGOS, GROUPS, TYPES, ("radio",))
#: those that mean something and are read one by one only
_OTHERS = frozenset((*IDS[1:], *NAMES[1:], "tvg-shift", "title"))
_KEY = re.compile(r"(?:\n#EXTINF:(?:-1|0))? +([\w-]{1,64})=", re.ASCII)
#: an entry may be this long on average
_LONGEST = 2_000
#: fewer entries are read one by one
_FEW = 3
_POSITION = attrgetter("position")


def many(text: str, position: int) -> list[LineupEntry] | None:
    """The entries of a text that begins with `BEGIN`, numbered from a position on; None if one of them is unusual."""
    text = text.rstrip("\n")
    whole = _uniform(text, range(position, position + text.count(BEGIN)))
    if whole is not None:
        return whole
    pieces = text.split(BEGIN)[1:]
    found: list[LineupEntry] = []
    for alike in _of_one_size(pieces):
        entries = _together(pieces, alike, position)
        if entries is None:
            entries = [
                entry
                for same in _of_one_form(pieces, alike)
                for entry in _together(pieces, same, position) or _one_by_one(pieces, same, position)
            ]
        found += entries
    found.sort(key=_POSITION)
    return found if len(found) == len(pieces) else None


def _of_one_size(pieces: Sequence[str]) -> Iterable[list[int]]:
    """The places of pieces of text, those with as many quotes and lines together."""
    # No function is called for each: there are as many as entries.
    sizes = zip([piece.count('"') for piece in pieces], [piece.count("\n") for piece in pieces], strict=True)
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for at, size in enumerate(sizes):
        found[size].append(at)
    return found.values()


def _of_one_form(pieces: Sequence[str], places: Iterable[int]) -> Iterable[list[int]]:
    """The places of some pieces, those with the same attributes together."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in places:
        found[_attributes(pieces[at])].append(at)
    return found.values()


def _attributes(piece: str) -> tuple[str, ...]:
    return tuple(piece.split('"')[:-1:2])


def _one_by_one(pieces: Sequence[str], places: Iterable[int], position: int) -> list[LineupEntry]:
    """The entries of some pieces, those left out that are unusual. `position` is that of the first piece of all."""
    return [entry for at in places if (entry := _alone(pieces[at], position + at))]


def _together(pieces: Sequence[str], places: Sequence[int], position: int) -> list[LineupEntry] | None:
    """The entries of some pieces that may be in one form."""
    if len(places) < _FEW:
        return None
    text = BEGIN + BEGIN.join([pieces[at] for at in places])
    return _uniform(text, [position + at for at in places])


def _alone(piece: str, position: int) -> LineupEntry | None:
    """The entry of what follows `#EXTINF:`; None where there is more or less than options and an address."""
    line, *rest = [line for part in piece.split("\n") if (line := part.strip())] or [""]
    if not rest or rest[-1][0] == "#" or not all(map(_is_option, rest[:-1])):
        return None
    attributes, name = extinf.split(line)
    return from_attributes(position, attributes, name, rest[-1], tuple(rest[:-1]))


def _uniform(text: str, positions: Sequence[int]) -> list[LineupEntry] | None:
    """The entries of a text that begins with `BEGIN`; None if they are not all in one form."""
    names = tuple(text[: text.find(BEGIN, 1)].split('"')[:-1:2])
    (places, kept), width, entries = _places(names), 2 * len(names), len(positions)
    if not places or len(text) > _LONGEST * entries:
        return None
    # With the beginning of one more entry at the end, all names and addresses are followed by the same.
    parts = f'{text}{names[0]}"'.split('"')
    if len(parts) != width * entries + 2:
        return None
    tails = "\n".join(parts[width::width]).split("\n")
    lines, rest = divmod(len(tails), entries)
    if rest or lines < 3 or text.count("\n") != entries * (lines - 1):
        return None
    between = [(names[at // 2], parts[at::width]) for at in range(2, width, 2)]
    between.append((names[0][1:], tails[lines - 1 :: lines]))
    if any(column.count(same) != entries for same, column in between):
        return None
    del parts[-2:]
    columns = [parts[at::width] if at >= 0 else [""] * entries for at in places]
    streams = [(name, parts[at::width]) for name, at in kept]
    return _entries(positions, columns, [tails[at::lines] for at in range(lines - 1)], streams)


def _entries(
    positions: Iterable[int],
    columns: Sequence[Sequence[str]],
    lines: Sequence[Sequence[str]],
    streams: Sequence[tuple[str, Sequence[str]]],
) -> list[LineupEntry] | None:
    """The entries of columns of values, of columns of the lines that follow (name, options, address), and of columns of
    attributes for the player.
    """
    ids, tvg_names, numbers, logos, groups, types, radios = columns
    if "".join([line[:1] for line in lines[0]]) != "," * len(ids) or not all(
        map(_is_option, chain.from_iterable(lines[1:-1]))
    ):
        return None
    names, addresses = plain_texts([line[1:] for line in lines[0]]), [line.strip() for line in lines[-1]]
    if not all(names) or not all(addresses) or "#" in {address[0] for address in addresses}:
        return None
    groups = plain_texts(groups)
    rows = (
        positions,
        _numbers(numbers, names),
        names,
        map(str.strip, ids),
        _others(tvg_names, names),
        groups,
        icons(logos),
        kinds_of(names, groups, addresses, types, radios),
        repeat(0),
        addresses,
        _options(lines[1:-1], streams, len(names)),
    )
    return list(map(LineupEntry, *rows))


def _options(
    lines: Sequence[Sequence[str]], streams: Sequence[tuple[str, Sequence[str]]], entries: int
) -> Iterable[tuple[str, ...]]:
    """The options of each entry: columns of lines, after one line for the columns of attributes."""
    written: Iterable[tuple[str, ...]] = zip(*lines, strict=True) if lines else repeat((), entries)
    if not streams:
        return written
    names = [name for name, _ in streams]
    values = zip(*(map(str.strip, column) for _, column in streams), strict=True)
    first = (stream_line(zip(names, found, strict=True)) for found in values)
    return [(line, *rest) if line else rest for line, rest in zip(first, written, strict=True)]


def _numbers(numbers: Sequence[str], names: Sequence[str]) -> list[str]:
    if any(numbers):
        return [number(given) or number_in(name) for given, name in zip(numbers, names, strict=True)]
    return [number_in(name) if name[0].isdigit() else "" for name in names]


def _others(tvg_names: Sequence[str], names: Sequence[str]) -> Iterable[tuple[str, ...]]:
    """What else identifies each entry: a `tvg-name` that is not its name."""
    if tvg_names == names or not any(tvg_names):
        return repeat(())
    plain = plain_texts(tvg_names)
    return [(other,) if other and other != name else () for other, name in zip(plain, names, strict=True)]


def _is_option(line: str) -> bool:
    return line.startswith(OPTIONS)


@lru_cache(maxsize=256)
def _places(names: tuple[str, ...]) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...]]:
    """The places of `_FIELDS` in an entry with these parts between the values, () if it has another form; and those of the
    attributes for the player, with their names.
    """
    keys = [found[1].lower() for name in names if (found := _KEY.fullmatch(name))]
    if not keys or len(keys) != len(names) or len(keys) != len(set(keys)) or _OTHERS.intersection(keys):
        return (), ()
    places = tuple(
        next((2 * keys.index(name) + 1 for name in field if name in keys), -1) for field in _FIELDS
    )
    return places, tuple((name, 2 * keys.index(name) + 1) for name in STREAM if name in keys)
