"""Parts of error messages about names that somebody typed."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.redact import redact


def quoted(text: str, length: int = 60) -> str:
    """A text for a message: in quotes, at most `length` characters, without secrets.

    It may be an address with a password, given in the wrong place.
    """
    text = redact(text)
    return repr(text if len(text) <= length else text[: length - 3] + "...")


def did_you_mean(wanted: str, known: Mapping[str, str], *, cutoff: float, otherwise: str) -> str:
    """The end of a message about an unknown name: up to three similar ones, else where to look (`otherwise`).

    `known` gives for each name how to write it. `cutoff` is the similarity from which a name counts, 0 to 1.
    """
    import difflib  # only mistakes need it

    close = difflib.get_close_matches(wanted, known, n=3, cutoff=cutoff)
    return f"; did you mean {' or '.join(known[name] for name in close)}?" if close else f"; {otherwise}"
