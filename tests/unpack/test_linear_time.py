"""Hostile files cost time in proportion to their size: twice the file, at most 2.3 times the CPU. All skipped output counts."""

from __future__ import annotations

import bz2
import gc
import gzip
import io
import lzma
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from epg_ingest.core.deadline import Deadline
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.unpack.layers import unpack

MIB = 1 << 20
#: no caps but those of time
WIDE = Limits(max_unpacked_bytes=1 << 50, max_ratio=1 << 30)


@cache
def _header(name: str, size: int, kind: bytes = b"0") -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.USTAR_FORMAT)


def tar_member(name: str, data: bytes, kind: bytes = b"0") -> bytes:
    return _header(name, len(data), kind) + data + bytes(-len(data) % 512)


def local(name: bytes, data: bytes, *, method: int = 8, flags: int = 0, size: int | None = None) -> bytes:
    """A member of a zip archive with its local header."""
    packed = len(data) if size is None else size
    return (
        struct.pack("<4s5H3I2H", b"PK\3\4", 20, flags, method, 0, 0, 0, packed, 0, len(name), 0) + name + data
    )


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(data) + packer.flush()


@cache
def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(megabytes)) + packer.flush()


def overlapping(members: int, name: bytes) -> bytes:
    """A zip archive whose directory lists one member again and again."""
    first = local(b"x", zeros(1))
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 0, 0, len(zeros(1)), MIB, len(name), 0, 0, 0, 0, 0, 0
    )
    directory = (entry + name) * members
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, members, members, len(directory), len(first), 0)
    return first + directory + end


def many_members(count: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", b"x")
    return buffer.getvalue()


def pax(record: bytes) -> bytes:
    return tar_member("pax", record, b"x") + tar_member("guide.xml", b"<tv/>")


def tiny_blocks(count: int) -> bytes:
    """Gzip of deflate blocks of one byte each."""
    packer = zlib.compressobj(1, wbits=31)
    return (
        b"".join(packer.compress(b"a") + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(count))
        + packer.flush()
    )


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def nested(megabytes: int, packs: tuple[Callable[[bytes], bytes], ...]) -> bytes:
    data = b"<tv>" + bytes(megabytes * MIB)
    for pack in packs:
        data = pack(data)
    return data


EMPTY = {
    "gzip": gzip.compress(b"", mtime=0),
    "gzip with a name": b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * 30 + b"\0\3\0" + bytes(8),
    "xz": lzma.compress(b""),
    "bzip2": bz2.compress(b""),
    "zstd": zstd(b""),
    "skippable zstd": b"\x50*M\x18\0\0\0\0",
    "zstd and skippable": zstd(b"") + b"\x5f*M\x18\1\0\0\0x",
}
#: what grows → the file for a number, and that number
HOSTILE: dict[str, tuple[Callable[[int], bytes], int]] = {
    **{f"empty {name}": (lambda n, s=stream: s * n, 4000) for name, stream in EMPTY.items()},
    "gzip of one byte": (lambda n: gzip.compress(b"a", mtime=0) * n, 4000),
    "long gzip name": (lambda n: b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * n, 60_000),
    "pax digits": (lambda n: pax(b"1" * n), 30_000),
    "pax blanks": (lambda n: pax(b"1 " * n), 15_000),
    "pax records": (lambda n: pax(b"8 a=xyz\n" * n), 4000),
    "pax long names": (lambda n: b"".join(tar_member("p", b"9" * 9000, b"x") for _ in range(n)), 400),
    "empty tar members": (lambda n: tar_member("a.txt", b"") * n, 3000),
    "empty guides in tar": (lambda n: tar_member("a.xml", b"") * n, 3000),
    "tiny guides in tar": (lambda n: tar_member("a.xml", b"<tv/>") * n, 2000),
    "other documents in tar": (lambda n: tar_member("a.xml", b"<pom/>") * n, 4000),
    "zeros in tar": (lambda n: tar_member("a.xml", b"<tv/>") + bytes(n), 20 * MIB),
    "zeros after gzip": (lambda n: gzip.compress(b"<tv/>") + bytes(n), 8 * MIB),
    "zip members": (many_members, 2000),
    "overlapping zip members": (lambda n: overlapping(n, b"x"), 100),
    "overlapping zip guides": (lambda n: overlapping(n, b"a.xml"), 2000),
    "zip headers without a directory": (lambda n: local(b"x", b"\3\0") * n, 1500),
    "zip with descriptors": (lambda n: local(b"x", zeros(1), flags=8) * n, 20),
    "zip signatures in the end": (lambda n: many_members(1) + b"PK\5\6" * n, 10_000),
    "tiny deflate blocks": (tiny_blocks, 20_000),
    "gzip in gzip in gzip": (lambda n: nested(n, (gzip.compress,) * 3), 10),
    "brotli in zstd in xz": (
        lambda n: nested(n, (lambda data: brotli.compress(data, quality=1), zstd, lzma.compress)),
        10,
    ),
    "text that ends in a signature": (lambda n: b"BZh9" * n + gzip.compress(b"<tv/>"), 16_000),
    "blanks": (lambda n: b" " * n, 4 * MIB),
}


def cost(path: Path, data: bytes) -> float:
    """The CPU time of a reading."""
    path.write_bytes(data)
    before = time.process_time()
    with suppress(FeedError):
        for _ in unpack(path, WIDE):
            pass
    return time.process_time() - before


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    """An import runs without it."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.alone
@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_file_takes_twice_the_time(tmp_path: Path, name: str) -> None:
    make, number = HOSTILE[name]
    one, two = make(number), make(2 * number)
    once = twice = float("inf")
    # What else runs on the machine only adds to a time. So more rounds come closer to the time of the reading alone.
    for number in range(12):
        once, twice = min(once, cost(tmp_path / "one", one)), min(twice, cost(tmp_path / "two", two))
        # what takes less than this is told apart from noise by no clock
        if number > 1 and twice <= 2.3 * max(once, 0.004):
            return
    pytest.fail(f"{once:.4f} s of CPU, and {twice:.4f} s for twice the file")


# --- skipped output counts ---


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


@pytest.mark.parametrize(("method", "pack"), [(12, bz2.compress), (93, zstd), (95, lzma.compress)])
@pytest.mark.parametrize("name", [b"x.txt", b"guide.xml"])
def test_other_methods_are_counted_too(
    tmp_path: Path, method: int, pack: Callable[[bytes], bytes], name: bytes
) -> None:
    """70 MB of blanks in a few kilobytes; without a directory, and without its size in the header."""
    bomb = local(name, pack(b" " * 70 * MIB), method=method, flags=8)
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
    "data",
    [
        gzip.compress(b"a" * 5 * MIB),
        EMPTY["gzip with a name"] * 20_000,
        tar_member("a.txt", b"") * 5000,
        gzip.compress(tar_member("a.txt", b"") * 5000),
        many_members(5000),
        b" " * MIB,
        b"<tv>" * MIB,
        lzma.compress(many_members(3000)),
    ],
    ids=["gzip", "empty", "tar", "tar in gzip", "zip", "blanks", "plain", "zip in xz"],
)
def test_unpacking_ends_at_the_deadline(tmp_path: Path, data: bytes) -> None:
    error = refused(tmp_path, data, deadline=Deadline(-1))
    assert error.code == "deadline" and "download.deadline" in error.message and "\n" not in error.message


def test_a_slow_file_ends_soon_after_the_deadline(tmp_path: Path) -> None:
    begun = time.monotonic()
    refused(tmp_path, EMPTY["gzip with a name"] * 400_000, deadline=Deadline(0.1))
    assert time.monotonic() - begun < 2
