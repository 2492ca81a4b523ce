"""`epg-ingest lineups`: the channels that somebody has."""

from __future__ import annotations

import click

from ..asking.command_groups import HelpfulGroup
from .lineup_decisions import edit, match, review
from .lineup_listing import key, list_, missing_, show
from .lineup_sources import add, refresh_, remove, set_


@click.group(cls=HelpfulGroup)
def lineups() -> None:
    """The channels that you have, in your order, under your player's ids."""


for command in (list_, show, add, set_, remove, refresh_, match, review, edit, missing_, key):
    lineups.add_command(command)
