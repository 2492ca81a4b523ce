"""The manual page and the completion scripts that are installed with the program, made from the commands themselves.

    python -m epg_ingest.cli.asking.shipped deploy/share

writes them. A test holds the files to what this makes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ... import __version__
from ..main import COMMANDS, PROGRAM, cli

VARIABLE = "_EPG_INGEST_COMPLETE"
#: where programs look for these files, below a folder `share`
FILES = {
    "bash": "bash-completion/completions/epg-ingest",
    "zsh": "zsh/site-functions/_epg-ingest",
    "fish": "fish/vendor_completions.d/epg-ingest.fish",
    "man": "man/man1/epg-ingest.1",
}
_STATUS = "0 if all is well, 1 if something failed, 2 for wrong usage or configuration, 130 or 143 if a signal ended it."
_ENVIRONMENT = (
    "Each setting has a variable such as EPG_RETENTION_DAYS; epg\\-ingest config shows those in force."
)


def completion(shell: str) -> str:
    """The completion script of bash, zsh or fish."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    made = found(cli, {}, PROGRAM, VARIABLE)
    return str(made.source_template % made.source_vars()).strip() + "\n"


def manual_page() -> str:
    """The manual page, in the macros of man(7)."""
    summary = (cli.help or "").rstrip(".")
    parts = [
        f'.TH EPG-INGEST 1 "" "datasette-epg {__version__}" "User Commands"',
        ".SH NAME",
        f"epg\\-ingest \\- {_plain(summary)}",
        ".SH SYNOPSIS",
        ".B epg\\-ingest\n[options] command [arguments]",
        ".SH OPTIONS",
        *_options(cli, PROGRAM),
        ".SH COMMANDS",
        *(part for name in COMMANDS for part in _command(cli, PROGRAM, name)),
        ".SH EXIT STATUS",
        _STATUS,
        ".SH ENVIRONMENT",
        _ENVIRONMENT,
    ]
    return "\n".join(parts) + "\n"


def _command(group: click.Group, path: str, name: str) -> Iterator[str]:
    """A command with its options, and those below it."""
    command = group.get_command(click.Context(group, info_name=path), name)
    assert command is not None
    path = f"{path} {name}"
    if command.hidden:
        return
    ctx = click.Context(command, info_name=path)
    usage = " ".join([path, *(p.make_metavar(ctx) for p in command.params if isinstance(p, click.Argument))])
    yield f".SS {_plain(usage)}"
    yield _plain(command.help or "")
    yield from _options(command, path)
    if isinstance(command, click.Group):
        for child in command.list_commands(ctx):
            yield from _command(command, path, child)


def _options(command: click.Command, path: str) -> Iterator[str]:
    ctx = click.Context(command, info_name=path)
    for param in command.params:
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record:
            yield f".TP\n.B {_plain(record[0])}\n{_plain(record[1])}"


def _plain(text: str) -> str:
    """Text as roff reads it: no backslash, dash or dot at the beginning of a line that means something."""
    joined = re.sub(r"\s*\n\s*", " ", text.strip())
    return re.sub(r"^(?=[.'])", r"\\&", joined.replace("\\", "\\e").replace("-", "\\-"))


def write(folder: Path) -> None:
    """Write all files below `folder`."""
    for kind, name in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made(kind), encoding="utf-8")


def made(kind: str) -> str:
    """The contents of a file of `FILES`."""
    return manual_page() if kind == "man" else completion(kind)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
