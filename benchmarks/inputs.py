"""The feeds that are measured: generated ones of several sizes, and the join of the real ones if present."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import generate, join
from benchmarks.generate import Options

#: programmes and channels of the generated inputs
SIZES = {"tiny": (300, 10), "small": (50_000, 500), "large": (1_500_000, 1_000)}
NAMES = ("tiny", "small", "real", "large")


@dataclass(frozen=True)
class Input:
    """A plain feed, the same programmes in a file that differs elsewhere, and 5 % of them changed: in runs, and scattered."""

    name: str
    feed: Path
    reordered: Path
    changed: Path
    scattered: Path


def make(name: str, folder: Path) -> Input | None:
    """Write the four files into `folder`. None when `name` is `real` and the real feeds are not there."""
    paths = Input(
        name, *(folder / f"{name}-{variant}.xml" for variant in ("feed", "reordered", "changed", "scattered"))
    )
    return real(paths) if name == "real" else generated(paths, Options(*SIZES[name]))


def generated(paths: Input, options: Options) -> Input:
    later = replace(options, shuffle_channels=1, generator_date="20260102000000 +0000")
    generate.write(options, paths.feed)
    generate.write(later, paths.reordered)
    generate.write(replace(options, change=0.05), paths.changed)
    generate.write(replace(options, change=0.05, change_run=1), paths.scattered)
    return paths


def real(paths: Input) -> Input | None:
    folder = join.feeds_folder()
    if folder is None:
        return None
    join.join(folder, paths.feed)
    derive(paths.feed, paths.reordered, join.reordered)
    derive(paths.feed, paths.changed, join.changed)
    derive(paths.feed, paths.scattered, join.scattered)
    return paths


def derive(source: Path, target: Path, variant: Callable[[bytes], bytes]) -> None:
    target.write_bytes(variant(source.read_bytes()))


def two_providers(programmes: int, channels: int, folder: Path) -> tuple[Path, Path]:
    """Two feeds with the same channels by name, under other ids and in other slots."""
    options = Options(programmes, channels)
    other = replace(options, seed=2, provider_ids="other", offset_minutes=15)
    first, second = folder / "provider-1.xml", folder / "provider-2.xml"
    generate.write(options, first)
    generate.write(other, second)
    return first, second
