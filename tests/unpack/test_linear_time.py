"""Hostile files cost time in proportion to their size: twice the file, at most 2.3 times the CPU."""

from __future__ import annotations

import bz2
import gc
import gzip
import io
import lzma
import random
import struct
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import brotli
import pytest
import zstandard
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


def zip_of(members: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


@cache
def noise(size: int) -> bytes:
    return b"<tv>" + random.Random(8).randbytes(size)


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
    "tiny deflate blocks": (tiny_blocks, 80_000),
    "gzip in gzip in gzip": (lambda n: nested(n, (gzip.compress,) * 3), 10),
    "brotli in zstd in xz": (
        lambda n: nested(n, (lambda data: brotli.compress(data, quality=1), zstd, lzma.compress)),
        10,
    ),
    "text that ends in a signature": (lambda n: b"BZh9" * n + gzip.compress(b"<tv/>"), 16_000),
    "blanks": (lambda n: b" " * n, 4 * MIB),
    "blanks before gzip": (lambda n: b" " * n + gzip.compress(b"<tv/>"), 4 * MIB),
    "text before deflate": (lambda n: b"x\n" * n + zlib.compress(b"<tv/>"), 14_000),
    "brotli and other bytes": (lambda n: brotli.compress(noise(n), quality=1) + b"x" * n, MIB),
    "gzip of a guide": (lambda n: gzip.compress(b"<tv/>", mtime=0) * n, 4000),
    "gzip of large members": (lambda n: gzip.compress(bytes(MIB), mtime=0) * n, 10),
    "gzip and other bytes": (lambda n: gzip.compress(b"<tv/>") + b"x" * n, 4 * MIB),
    "tars one after the other": (lambda n: (tar_member("a.xml", b"<tv/>") + bytes(1024)) * n, 1000),
    "tars in a tar": (lambda n: tar_member("a.tar", tar_member("a.xml", b"<tv/>")) * n, 1000),
    "tars of nothing in a tar": (lambda n: tar_member("a", tar_member("a.txt", b"x")) * n, 1500),
    "zips in a tar": (lambda n: tar_member("a.zip", many_members(1)) * n, 400),
    "gzip in a tar": (lambda n: tar_member("a.xml.gz", gzip.compress(b"<tv/>")) * n, 1000),
    "damaged gzip in a tar": (lambda n: tar_member("a.xml.gz", gzip.compress(b"<tv/>")[:-1]) * n, 1000),
    "a large file in a tar": (
        lambda n: tar_member("a.txt", bytes(n)) + tar_member("a.xml", b"<tv/>"),
        20 * MIB,
    ),
    "a tar bomb in gzip": (lambda n: gzip.compress(tar_member("a.xml", bytes(n * MIB))), 20),
    "GNU long names": (lambda n: b"".join(tar_member("n", b"9" * 9000, b"L") for _ in range(n)), 400),
    "a zip bomb": (lambda n: zip_of([("a.xml", bytes(n * MIB))]), 20),
    "guides in a zip": (lambda n: zip_of([(f"{k}.xml", b"<tv>%d</tv>" % k) for k in range(n)]), 1500),
    "other documents in a zip": (lambda n: zip_of([(f"{k}.xml", b"<pom/>") for k in range(n)]), 1500),
    "guides under other names in a zip": (
        lambda n: zip_of([(f"{k}", b"<tv>%d</tv>" % k) for k in range(n)]),
        1500,
    ),
    "gzip in a zip": (lambda n: zip_of([(f"{k}.gz", gzip.compress(b"%d" % k)) for k in range(n)]), 800),
    "tars in a zip": (lambda n: zip_of([(f"{k}", tar_member("a.xml", b"<tv/>")) for k in range(n)]), 800),
    "a long name in a zip": (lambda n: zip_of([("n" * n, b"<tv/>")]), 30_000),
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
