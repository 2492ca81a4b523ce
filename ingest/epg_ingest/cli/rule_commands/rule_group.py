"""`epg-ingest rules`: what tidies titles, and takes season and episode out of them."""

from __future__ import annotations

import click

from ..asking.command_groups import HelpfulGroup
from .rule_changes import add, disable, enable, import_, move, remove
from .rule_listing import export_, list_
from .rule_trial import test


@click.group(cls=HelpfulGroup)
def rules() -> None:
    """Rules that tidy what providers write, and the sets of rules that ship."""


for command in (list_, add, test, enable, disable, remove, move, export_, import_):
    rules.add_command(command)
