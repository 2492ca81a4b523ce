"""What is wanted of a document: its channels, or the programmes of some channels and days.

The documents come from this project's own export, where each channel and each programme begins and ends a line.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import BinaryIO

from ..core.errors import EpgError
from ..core.times import parse
from .configuration import Configuration
from .window import Days

_CHANNEL = re.compile(rb'<channel id="([^"]*)"')
_PROGRAMME = re.compile(rb'<programme start="([^"]*)" stop="([^"]*)" channel="([^"]*)"')
END = b"</tv>\n"


def elements(document: BinaryIO) -> Iterator[bytes]:
    """The document in pieces, from its start: whole channels and programmes, and lines between them.

    Raises `EpgError` if its end is missing, as after a broken connection, or if it is no XMLTV document.
    """
    document.seek(0)
    whole, piece, closing = False, b"", b""
    for line in document:
        if not closing and line.startswith((b"<channel ", b"<programme ")):
            closing = b"</channel>\n" if line.startswith(b"<channel ") else b"</programme>\n"
        piece += line
        if not closing or line.endswith(closing):
            yield piece
            whole = piece == END
            piece, closing = b"", b""
    if not whole:
        raise EpgError("the source sent no whole XMLTV document; try again, and check the address", "source")


def channel_list(document: BinaryIO) -> bytes:
    """The document without its programmes."""
    return b"".join(piece for piece in elements(document) if not piece.startswith(b"<programme "))


def channels(document: BinaryIO) -> dict[str, str]:
    """The channels of a document: their ids, with their first names."""
    found = {}
    for piece in elements(document):
        if channel := _CHANNEL.match(piece):
            name = re.search(rb"<display-name[^>]*>([^<]*)<", piece)
            found[_text(channel[1])] = _text(name[1]) if name else _text(channel[1])
    return found


def filtered(document: BinaryIO, out: BinaryIO, configuration: Configuration, days: Days) -> int:
    """Write the wanted programmes with their channels; returns how many. A channel without any is left out: to XMLTV's
    validator of grabbers it is a fault. Raises `EpgError` if the guide has none of the channels that are wanted."""
    used: set[str | None] = set()
    known = not configuration.wanted
    for piece in elements(document):
        channel = _CHANNEL.match(piece)
        known = known or (channel is not None and configuration.wants(_text(channel[1])))
        used.add(_wanted(piece, configuration, days))
    if not known:
        raise EpgError(
            "the guide has none of the channels in the configuration; choose again with --configure", "source"
        )
    count = 0
    for piece in elements(document):
        channel = _CHANNEL.match(piece)
        if channel and _text(channel[1]) not in used:
            continue
        if piece.startswith(b"<programme "):
            if not _wanted(piece, configuration, days):
                continue
            count += 1
        out.write(piece)
    return count


def _wanted(piece: bytes, configuration: Configuration, days: Days) -> str | None:
    """The channel of a programme that is wanted; None for one that is not, and for anything else."""
    found = _PROGRAMME.match(piece)
    if found is None:
        return None
    channel = _text(found[3])
    if not configuration.wants(channel) or not days.has(_seconds(found[1]), _seconds(found[2])):
        return None
    return channel


def _seconds(time: bytes) -> int:
    """Epoch seconds of a time of the document."""
    return parse(_text(time)) or 0


def _text(value: bytes) -> str:
    """An attribute or a text, without what a terminal would obey. Raises `EpgError` for one that is not UTF-8."""
    try:
        text = html.unescape(value.decode())
    except UnicodeDecodeError:
        raise EpgError(
            "the source sent a document that is not in UTF-8; check the address", "source"
        ) from None
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text)
