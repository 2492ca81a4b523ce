"""The program `tv_grab_datasette_epg`: first the signals, then everything else.

A Ctrl-C while modules are being loaded would print a traceback.
"""

from __future__ import annotations

from typing import NoReturn

from ..core.terminal import interrupts

interrupts.end_at_once()


def main() -> NoReturn:
    """Run the grabber. Leaves with its exit status."""
    from .command import main as run_and_leave

    run_and_leave()
