"""Progress of an import on a terminal: bytes and programmes on one line that goes away when the import is
done.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class Bar:
    """A tqdm bar on standard error, labelled with the provider's name."""

    def __init__(self, name: str) -> None:
        from tqdm import tqdm  # type: ignore[import-untyped]

        # tqdm's monitor is a thread, and the parsers are forked processes.
        tqdm.monitor_interval = 0
        self.name = name
        self._bar: Any = tqdm(
            desc=name, unit="B", unit_scale=True, leave=False, file=sys.stderr, dynamic_ncols=True
        )

    def download(self, bytes_done: int, total: int | None) -> None:
        self._bar.total = total
        self._to(bytes_done)

    def parsed(self, programmes: int, bytes_done: int) -> None:
        self._bar.set_postfix_str(f"{programmes:,} programmes", refresh=False)
        self._to(bytes_done)

    def stage(self, name: str) -> None:
        self._bar.set_description_str(f"{self.name}: {name}")

    def _to(self, bytes_done: int) -> None:
        """A step counts its own bytes: the bar goes back when the next step begins."""
        if bytes_done < self._bar.n:
            self._bar.reset(total=self._bar.total)
        self._bar.update(bytes_done - self._bar.n)

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self._bar.close()
