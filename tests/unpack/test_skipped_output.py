"""What is unpacked only to be passed over counts towards the limits, and the deadline ends it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from epg_ingest.core.deadline import Deadline
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.unpack.layers import unpack

from tests.unpack.test_linear_time import (
    EMPTY,
    MIB,
    deflated,
    local,
    many_members,
    overlapping,
    tar_member,
    zeros,
    zip_of,
    zstd,
)


def refused(tmp_path: Path, data: bytes, limits: Limits | None = None, **more: Any) -> FeedError:
    path = tmp_path / "feed"
    path.write_bytes(data)
    with pytest.raises(FeedError) as caught:
        for _ in unpack(path, limits or Limits(), **more):
            pass
    return caught.value


def test_a_zip_without_a_directory_does_not_unpack_without_end(tmp_path: Path) -> None:
    """2 kB that are 2 GB when unpacked: the members before the guide say nowhere where they end."""
    bomb = local(b"x.txt", zeros(1), flags=8) * 3000
    error = refused(tmp_path, bomb + local(b"guide.xml", deflated(b"<tv/>")), Limits(max_ratio=100))
    assert error.code == "bomb" and "download.max_ratio" in error.message
    error = refused(tmp_path, bomb, Limits(max_unpacked_bytes=50 * MIB))
    assert error.code == "toolarge" and "download.max_unpacked_bytes" in error.message


@cache
def blanks(pack: Callable[[bytes], bytes]) -> bytes:
    """70 MB of blanks, packed; it takes a second."""
    return pack(b" " * 70 * MIB)


@pytest.mark.parametrize(("method", "pack"), [(12, bz2.compress), (93, zstd), (95, lzma.compress)])
@pytest.mark.parametrize("name", [b"x.txt", b"guide.xml"])
def test_other_methods_are_counted_too(
    tmp_path: Path, method: int, pack: Callable[[bytes], bytes], name: bytes
) -> None:
    """70 MB of blanks in a few kilobytes; without a directory, and without its size in the header."""
    bomb = local(name, blanks(pack), method=method, flags=8)
    before = time.process_time()
    assert refused(tmp_path, bomb + local(b"b.xml", deflated(b"<tv/>"))).code == "bomb"
    assert time.process_time() - before < 2


def test_a_member_of_known_size_is_passed_over_packed(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_bytes(local(b"x.txt", zeros(1)) * 300 + local(b"guide.xml", deflated(b"<tv/>")))
    assert b"".join(unpack(path, Limits(max_unpacked_bytes=400_000))) == b"<tv/>"


@pytest.mark.parametrize("name", [b"x", b"a.xml"])
def test_heads_of_members_count(tmp_path: Path, name: bytes) -> None:
    error = refused(tmp_path, overlapping(3000, name), Limits(max_unpacked_bytes=400_000))
    assert error.code == "toolarge"


# --- the deadline ---


@pytest.mark.parametrize(
    "make",
    [
        lambda: gzip.compress(b"a" * 5 * MIB),
        lambda: EMPTY["gzip with a name"] * 20_000,
        lambda: tar_member("a.txt", b"") * 5000,
        lambda: gzip.compress(tar_member("a.txt", b"") * 5000),
        lambda: many_members(5000),
        lambda: b" " * MIB,
        lambda: b"<tv>" * MIB,
        lambda: lzma.compress(many_members(3000)),
    ],
    ids=["gzip", "empty", "tar", "tar in gzip", "zip", "blanks", "plain", "zip in xz"],
)
def test_unpacking_ends_at_the_deadline(tmp_path: Path, make: Callable[[], bytes]) -> None:
    error = refused(tmp_path, make(), deadline=Deadline(-1))
    assert error.code == "deadline" and "download.deadline" in error.message and "\n" not in error.message


def test_a_slow_file_ends_soon_after_the_deadline(tmp_path: Path) -> None:
    begun = time.monotonic()
    refused(tmp_path, EMPTY["gzip with a name"] * 400_000, deadline=Deadline(0.1))
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("name", ["x", "a.xml"])
def test_heads_of_compressed_members_count(tmp_path: Path, name: str) -> None:
    """What comes out of each counts, as a member and as what it is."""
    packed = gzip.compress(bytes(MIB))
    body = zip_of([("a.xml", b"<tv/>"), *((f"{number}{name}", packed) for number in range(90))])
    error = refused(tmp_path, body, Limits(max_unpacked_bytes=5 * MIB))
    assert error.code == "toolarge"
