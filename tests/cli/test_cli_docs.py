"""`docs/cli.md` holds every command and option, says of them what `--help` says, and holds no others."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from epg_ingest.cli.main import cli

from tests.helpers.paths import ROOT

DOC = ROOT / "docs" / "cli.md"
HEADING = re.compile(r"^#{2,4} `(epg-ingest.*)`$", re.M)
ROW = re.compile(r"^\| `(-.*?)` \| (.*) \|$", re.M)


def commands(command: click.Command, path: str = "epg-ingest") -> Iterator[tuple[str, click.Command]]:
    """Every command with its usage, groups before their commands."""
    ctx = click.Context(command, info_name=path)
    arguments = [p.make_metavar(ctx) for p in command.params if isinstance(p, click.Argument)]
    yield " ".join([path, *arguments]), command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            child = command.get_command(ctx, name)
            assert child is not None
            yield from commands(child, f"{path} {name}")


def options(command: click.Command, usage: str) -> list[tuple[str, str]]:
    """What `--help` prints of the options, `--help` itself left out."""
    ctx = click.Context(command, info_name=usage)
    records = [p.get_help_record(ctx) for p in command.params if isinstance(p, click.Option)]
    return [(left.replace("|", "\\|"), right) for left, right in filter(None, records)]


def sections() -> dict[str, str]:
    parts = HEADING.split(DOC.read_text())
    return dict(zip(parts[1::2], parts[2::2], strict=True))


COMMANDS = dict(commands(cli))


def test_every_command_is_documented_in_order_and_no_other() -> None:
    assert list(sections()) == list(COMMANDS)


@pytest.mark.parametrize("usage", COMMANDS)
def test_every_option_is_documented_as_in_the_help_and_no_other(usage: str) -> None:
    assert ROW.findall(sections()[usage]) == options(COMMANDS[usage], usage)


@pytest.mark.parametrize("usage", COMMANDS)
def test_every_command_and_option_has_a_help_text(usage: str) -> None:
    command = COMMANDS[usage]
    assert command.help
    assert all(isinstance(p, click.Argument) or p.help for p in command.params)


def test_no_option_is_named_that_does_not_exist() -> None:
    known = {name for c in COMMANDS.values() for p in c.params for name in (*p.opts, *p.secondary_opts)}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", DOC.read_text()))
    assert named - known - {"--help"} == set()
