"""The feeds that are measured: generated ones of several sizes, and the join of the real ones if present."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import generate, join
from benchmarks.generate import Options

try:
    from isal import igzip
except ImportError:  # no wheel for this machine
    import gzip as igzip  # type: ignore[no-redef]

#: programmes and channels of the generated inputs
SIZES = {"tiny": (300, 10), "small": (50_000, 500), "large": (1_500_000, 1_000)}
NAMES = ("tiny", "small", "real", "large")


@dataclass(frozen=True)
class Input:
    """A feed as providers serve it (gzip), the same programmes in a file that differs elsewhere, and 5 % of them changed: in
    runs, and scattered. `plain` is the feed unpacked, for the readers it is compared with."""

    name: str
    plain: Path
    feed: Path
    reordered: Path
    changed: Path
    scattered: Path


def make(name: str, folder: Path) -> Input | None:
    """Write the five files into `folder`. None when `name` is `real` and the real feeds are not there."""
    variants = ("feed", "reordered", "changed", "scattered")
    paths = Input(
        name,
        folder / f"{name}-feed.xml",
        *(folder / f"{name}-{variant}.xml.gz" for variant in variants),
    )
    return real(paths) if name == "real" else generated(paths, Options(*SIZES[name]))


def packed(plain: Path, target: Path) -> None:
    """Compress as servers do; a fast library, because of a gigabyte."""
    with plain.open("rb") as source, igzip.open(target, "wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)


def generate_packed(options: Options, target: Path) -> None:
    plain = target.with_suffix("")
    generate.write(options, plain)
    packed(plain, target)
    plain.unlink()


def generated(paths: Input, options: Options) -> Input:
    later = replace(options, shuffle_channels=1, generator_date="20260102000000 +0000")
    generate.write(options, paths.plain)
    packed(paths.plain, paths.feed)
    generate_packed(later, paths.reordered)
    generate_packed(replace(options, change=0.05), paths.changed)
    generate_packed(replace(options, change=0.05, change_run=1), paths.scattered)
    return paths


def real(paths: Input) -> Input | None:
    folder = join.feeds_folder()
    if folder is None:
        return None
    join.join(folder, paths.plain)
    packed(paths.plain, paths.feed)
    derive(paths.plain, paths.reordered, join.reordered)
    derive(paths.plain, paths.changed, join.changed)
    derive(paths.plain, paths.scattered, join.scattered)
    return paths


def derive(source: Path, target: Path, variant: Callable[[bytes], bytes]) -> None:
    with igzip.open(target, "wb") as out:
        out.write(variant(source.read_bytes()))


def two_providers(programmes: int, channels: int, folder: Path) -> tuple[Path, Path]:
    """Two feeds with the same channels, which show the same."""
    options = Options(programmes, channels)
    first, second = folder / "provider-1.xml", folder / "provider-2.xml"
    for path in (first, second):
        generate.write(options, path)
    return first, second
