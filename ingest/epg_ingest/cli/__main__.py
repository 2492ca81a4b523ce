"""The program `epg-ingest`, also started as `python -m epg_ingest.cli`: first the signals, then everything else.

Loading the command takes longer than some commands run. A Ctrl-C in that time would print a traceback from the module that is
being loaded.
"""

from __future__ import annotations

from typing import NoReturn

from ..core.terminal import interrupts

interrupts.end_at_once()


def main() -> NoReturn:
    """Run the command line. Leaves with the exit status of the command."""
    from .main import main as run_and_leave

    run_and_leave()


if __name__ == "__main__":
    main()
