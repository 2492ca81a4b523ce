"""What the unpacking of one file may cost: bytes in each layer, and time."""

from __future__ import annotations

from collections.abc import Iterator

from ..core.deadline import Deadline
from ..core.errors import FeedError
from ..core.limits import Limits, in_words

#: bytes that may come out before the limit on the ratio applies: a small file of blanks is no bomb
FREE_BYTES = 64 * 1024 * 1024


class Bounds:
    """The limits for one file of `packed` bytes. `deadline` is None where time does not matter."""

    def __init__(self, limits: Limits, packed: int, deadline: Deadline | None = None) -> None:
        self.limits = limits
        self.ratio = max(FREE_BYTES, limits.max_ratio * packed)
        self._deadline = deadline

    def check_time(self) -> None:
        """Raise `FeedError` (`deadline`) when the time is over."""
        if self._deadline is not None:
            self._deadline.check()

    def in_time(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """`blocks`, until the time is over. For packed bytes: a megabyte of them can give nothing and take a second."""
        for block in blocks:
            self.check_time()
            yield block


class LayerSize:
    """The bytes that came out of one layer, also those that nobody wanted: to unpack them takes as long."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._size = 0

    def add(self, size: int) -> None:
        """Count `size` more bytes. Raises `FeedError`: `toolarge`, `bomb`, `deadline`."""
        self._size += size
        if self._size > self._bounds.limits.max_unpacked_bytes:
            raise _too_large(self._bounds.limits.max_unpacked_bytes)
        if self._size > self._bounds.ratio:
            raise _bomb(self._bounds.limits.max_ratio)
        self._bounds.check_time()

    def counted(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """`blocks`, as long as they are within the limits."""
        for block in blocks:
            self.add(len(block))
            yield block


def _too_large(most: int) -> FeedError:
    return FeedError(
        f"the feed is larger than {in_words(most)} when decompressed; "
        "raise download.max_unpacked_bytes if it should be",
        "toolarge",
    )


def _bomb(ratio: int) -> FeedError:
    return FeedError(
        f"the feed grows to more than {ratio} times its size when decompressed, as a bomb would; "
        "raise download.max_ratio if it should",
        "bomb",
    )
