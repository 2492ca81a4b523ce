"""Titles that say nothing: `News`, `Teleshopping`, `To Be Announced`. Many channels have them, and hardly any episode is known.

Programmes of such a title are the same series only on one channel.
"""

from __future__ import annotations

#: channels from which a title may say nothing
FEWEST_CHANNELS = 20
#: of so many programmes with the title, at most one has an episode
PER_EPISODE = 20


def says_nothing(channels: int, programmes: int, with_episode: int) -> bool:
    """Whether a title on so many channels, with so many programmes of which some have an episode, says nothing."""
    return channels >= FEWEST_CHANNELS and with_episode * PER_EPISODE <= programmes
