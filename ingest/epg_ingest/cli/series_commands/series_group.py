"""`epg-ingest series`: which programmes are one series and one episode."""

from __future__ import annotations

import click

from ..asking.command_groups import HelpfulGroup
from .series_decisions import merge_, split
from .series_listing import explain, list_, show_


@click.group(cls=HelpfulGroup)
def series() -> None:
    """Which programmes are one series and one episode, and what a showing is."""


for command in (list_, show_, explain, merge_, split):
    series.add_command(command)
