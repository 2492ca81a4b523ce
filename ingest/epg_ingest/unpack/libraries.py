"""Decoders of other projects that may be missing on a platform: the feed that needs one then says which."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from ..core.errors import FeedError


def brotli() -> Any:
    """The module `brotli`, 1.2 or newer: older ones cannot bound their output. Raises `FeedError` (`encoding`)."""
    return _module("brotli", "br", "can_accept_more_data")


def zstandard() -> Any:
    """The module `zstandard`. Raises `FeedError` (`encoding`)."""
    return _module("zstandard", "zstd", "")


@cache
def _module(name: str, encoding: str, needed: str) -> Any:
    try:
        module = import_module(name)
    except ImportError:
        module = None
    if module is None or (needed and not hasattr(module.Decompressor, needed)):
        raise FeedError(
            f"the feed is compressed with {encoding}, and the library for it is not installed; install it with:"
            f" pip install -U {name}",
            "encoding",
        )
    return module
