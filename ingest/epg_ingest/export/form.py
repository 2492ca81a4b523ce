"""How an XMLTV document is written, apart from what is in it: the language, the ids, and for whom."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..core.errors import UsageError

# These are compiled at their first use: a writer process of a large export starts sooner without them.
#: what `tv_validate_file` takes as a channel id: labels of letters, digits and hyphens, at least two, with dots between them
_PLAIN = r"[-a-zA-Z0-9]+(?:\.[-a-zA-Z0-9]+)+"
#: the end of each id that was rewritten
ENDING = ".epg"
_TO_ESCAPE = r"[^a-zA-Z0-9.]|^\.|\.(?=\.|$)|(?<=\.)\."
#: a language tag of RFC 5646 by its form; feeds also write `pt_BR`
_LANGUAGE = r"[A-Za-z]{1,8}(?:[-_][A-Za-z0-9]{1,8})*"
_ESCAPED = r"--|-([0-9a-f]+)-"


class Form(NamedTuple):
    """`lang` chooses among texts in several languages (None: all of them). `safe_ids` rewrites channel ids with `safe_id`.

    `round_trip` writes the document for another datasette-epg: what the feeds said and nothing that helps other readers, and
    processing instructions for what XMLTV has no place for. Importing it gives the same rows.

    `site` is the address of a site that shows this guide, with a slash at its end, if logos come from there; with None they
    come from where the feeds say. `genres` puts a word before the categories, by which the player `kodi` or any reader of `dvb`
    genres (tvheadend) gives a programme its colour. `episode_ids` gives each known episode an id of this guide, by which
    players see it once.
    """

    lang: str | None = None
    round_trip: bool = False
    safe_ids: bool = False
    site: str | None = None
    genres: str | None = None
    episode_ids: bool = False

    def channel_id(self, name: str) -> str:
        """The id that a channel of this name has in the document."""
        return safe_id(name) if self.safe_ids else name

    def logo(self, channel: int) -> str:
        """The address of a channel's logo on `site`."""
        return f"{self.site}logo/{channel}"


#: what readers get where they ask for nothing else
PLAIN = Form()


def language(text: str | None, name: str) -> str | None:
    """`text`, if it is a language code for `Form.lang`. `name` is what people call it, such as `--lang`.

    Raises `UsageError` for any other text.
    """
    if text is not None and not re.fullmatch(_LANGUAGE, text):
        raise UsageError(f"{name} must be a language code, such as en or pt-BR")
    return text


def safe_id(name: str) -> str:
    """A channel id that every known reader takes whole: letters, digits, `-` and `.` only, in at least two labels.

    An id of this kind stays as it is. In any other, `-` becomes `--`, and each further character that is not a letter or digit
    of ASCII or a single dot becomes `-HEX-`, its code point; then `.epg` follows. So `BBC One` is `BBC-20-One.epg`. Different
    names have different ids, and a name always has the same one. `name_of` is the reverse.
    """
    if re.fullmatch(_PLAIN, name) and not name.endswith(ENDING):
        return name
    return re.sub(_TO_ESCAPE, _escape, name) + ENDING


def name_of(safe: str) -> str:
    """The name of the channel with this safe id."""
    if not safe.endswith(ENDING):
        return safe
    return re.sub(_ESCAPED, lambda found: chr(int(found[1], 16)) if found[1] else "-", safe[: -len(ENDING)])


def _escape(found: re.Match[str]) -> str:
    return "--" if found[0] == "-" else f"-{ord(found[0]):x}-"
