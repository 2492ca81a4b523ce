"""The configuration file of the grabber: lines of `key=value`, as XMLTV's own programs write and read them.

    source=http://127.0.0.1:8001
    lang=en
    channel=one.example
    channel!two.example

`channel=` is a channel that is wanted, and `channel!` one that is not. Without any `channel=` all channels are wanted, except
those with `channel!`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import UsageError
from ..core.given_files import small_text
from ..export.form import language

_LINE = re.compile(r"(\S+?)([=!])(.*?)\s*(?:#.*)?")
KEYS = ("source", "lang", "token")


@dataclass(frozen=True)
class Configuration:
    """`source` is the address of a site or the path of a database; "" for the database of the settings. `token` is for a site
    that strangers may not read. Channels are safe ids (see `export.form`)."""

    source: str = ""
    lang: str = ""
    token: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @staticmethod
    def read(file: Path) -> Configuration | None:
        """The configuration in a file; None if there is no such file. Raises `UsageError` for one that cannot be read."""
        text = small_text(file, "the configuration")
        if text is None:
            return None
        found: dict[tuple[str, str], list[str]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            parts = _LINE.fullmatch(line)
            if parts is None or parts[1] not in (*KEYS, "channel"):
                raise UsageError(f"{file}, line {number}: write source=, lang=, token=, channel= or channel!")
            found.setdefault((parts[1], parts[2]), []).append(parts[3])
        values = {key: found.get((key, "="), [""])[-1] for key in KEYS}
        language(values["lang"] or None, f"{file}: lang=")
        return Configuration(
            **values,
            wanted=tuple(found.get(("channel", "="), ())),
            unwanted=tuple(found.get(("channel", "!"), ())),
        )

    def text(self) -> str:
        """The lines of its file."""
        lines = [f"{key}={value}" for key in KEYS if (value := getattr(self, key))]
        lines += [f"channel={ident}" for ident in self.wanted] + [
            f"channel!{ident}" for ident in self.unwanted
        ]
        return "".join(f"{line}\n" for line in lines)

    def reading(self, source: str) -> Configuration:
        """The same with another source. The token goes to its own site only: to this scheme, host and port."""
        same = _site(source) is not None and _site(source) == _site(self.source)
        return replace(self, source=source, token=self.token if same else "")

    def wants(self, ident: str) -> bool:
        """Whether a channel is wanted, by its safe id."""
        return ident in self.wanted if self.wanted else ident not in self.unwanted


def _site(source: str) -> tuple[str, str | None, int | None] | None:
    """Scheme, host and port of an address; None for what is no address of the web."""
    try:
        parts = urlsplit(source)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.scheme in ("http", "https") else None


def default_file(program: str) -> Path:
    """Where XMLTV's grabbers keep their configuration."""
    return Path.home() / ".xmltv" / f"{program}.conf"
