"""Every packing by its first bytes, in layers, truncated, damaged, and too large."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import resource
import subprocess
import sys
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.unpack import deflate
from epg_ingest.unpack.layers import Unpacked, unpack

pytestmark = pytest.mark.slow

#: unpacks bytes: what comes out, and what is known of it
Read = Callable[..., tuple[bytes, Unpacked]]

#: about 300 KB that does not compress to nothing, so that a cut leaves something on both sides
_RANDOM = random.Random(7)
XML = b"<?xml version='1.0'?>\n<tv>\n" + b"".join(
    b"<programme channel='c%d' start='2026010100'><title>%s</title></programme>\n"
    % (n % 50, _RANDOM.randbytes(20).hex().encode())
    for n in range(3000)
) + b"</tv>\n"  # fmt: skip
TAR_OFFSET = 512


def tarred(*members: tuple[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


class _Unseekable(io.RawIOBase):
    """What zipfile writes data descriptors to, because it cannot go back."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(data)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, streamed: bool = False) -> bytes:
    buffer = _Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.data if streamed else buffer.getvalue()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


PACKERS = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": lambda data: bz2.compress(data, 1),
    "zstd": zstd,
    "zip": lambda data: zipped(("guide.xml", data)),
    "tar": lambda data: tarred(("guide.xml", data)),
}
packers = pytest.mark.parametrize("kind", PACKERS)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write bytes to a file and unpack it: (bytes, Unpacked)."""

    def read(data: bytes, **limits: Any) -> tuple[bytes, Unpacked]:
        path = tmp_path / "feed"
        path.write_bytes(data)
        unpacked = unpack(path, Limits(**limits))
        return b"".join(unpacked), unpacked

    return read


def refused(read: Read, data: bytes, code: str, **limits: Any) -> str:
    with pytest.raises(FeedError) as caught:
        read(data, **limits)
    assert caught.value.code == code
    assert "\n" not in caught.value.message
    return caught.value.message


@packers
def test_each_packing(read: Read, kind: str) -> None:
    data, unpacked = read(PACKERS[kind](XML))
    assert (data, unpacked.kind, unpacked.damage, unpacked.notes) == (XML, kind, None, [])


@pytest.mark.parametrize(
    "data",
    [XML, b"\n <tv/>", b"\xef\xbb\xbf<tv/>", "<tv/>".encode("utf-16"), b"{}", b"PK", b"\x1f\x8b", b"BZh9<"],
)
def test_plain_bytes_pass(read: Read, data: bytes) -> None:
    assert read(data)[0] == data
    assert read(data)[1].kind == "plain"


def test_an_empty_file_gives_nothing(read: Read) -> None:
    data, unpacked = read(b"")
    assert (data, unpacked.kind, unpacked.damage) == (b"", "plain", None)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "guide.xml.gz"
    path.write_bytes(lzma.compress(XML))
    assert b"".join(unpack(path, Limits())) == XML


def test_blocks_are_of_a_quarter_megabyte(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    for packed in (gzip.compress(XML * 8), bz2.compress(bytes(5_000_000)), zstd(bytes(5_000_000)), XML * 8):
        path.write_bytes(packed)
        sizes = [len(block) for block in unpack(path, Limits())]
        assert max(sizes) <= 256 * 1024 and sum(sizes) / len(sizes) > 100_000


def test_it_can_be_read_twice(read: Read) -> None:
    unpacked = read(gzip.compress(XML)[:-5000])[1]
    assert b"".join(unpacked) == b"".join(unpacked)
    assert unpacked.kind == "gzip"


def test_without_isal(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deflate, "fastest", zlib)
    assert read(gzip.compress(XML))[0] == XML
    assert read(gzip.compress(XML)[:-2000])[1].damage == "truncated gzip"


# --- streams ---


@pytest.mark.parametrize("kind", ["gzip", "xz", "bzip2", "zstd"])
def test_several_streams(read: Read, kind: str) -> None:
    pack = PACKERS[kind]
    data, unpacked = read(pack(XML[:1000]) + pack(b"") + pack(XML[1000:]))
    assert (data, unpacked.kind, unpacked.damage, unpacked.notes) == (XML, kind, None, [])


@pytest.mark.parametrize("kind", ["gzip", "xz", "bzip2", "zstd"])
def test_zeros_at_the_end_are_padding(read: Read, kind: str) -> None:
    data, unpacked = read(PACKERS[kind](XML) + bytes(5000))
    assert (data, unpacked.damage, unpacked.notes) == (XML, None, [])


@pytest.mark.parametrize("kind", ["gzip", "xz", "bzip2", "zstd"])
def test_rubbish_at_the_end_is_noted(read: Read, kind: str) -> None:
    data, unpacked = read(PACKERS[kind](XML) + bytes(20) + b"<!-- served in 3 ms -->")
    assert (data, unpacked.damage) == (XML, None)
    assert unpacked.notes == [f"what follows the {kind} data was left out"]


def test_a_gzip_header_with_everything(read: Read) -> None:
    deflate = zlib.compressobj(wbits=-15)
    body = deflate.compress(XML) + deflate.flush()
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\x00abc" + b"name\0" + b"comment\0" + b"\0\0"
    trailer = zlib.crc32(XML).to_bytes(4, "little") + len(XML).to_bytes(4, "little")
    data, unpacked = read(header + body + trailer)
    assert (data, unpacked.damage) == (XML, None)


@pytest.mark.parametrize(
    "layers", [["gzip", "gzip"], ["gzip", "tar"], ["gzip", "zip"], ["zip", "xz"], ["tar", "gzip"]]
)
def test_two_layers(read: Read, layers: list[str]) -> None:
    data = XML
    for kind in reversed(layers):
        data = PACKERS[kind](data)
    assert read(data)[0] == XML
    assert read(data)[1].kind == "+".join(layers)


def test_four_layers_and_no_more(read: Read) -> None:
    data = gzip.compress(zipped(("a.xml", lzma.compress(tarred(("guide.xml", XML))))))
    assert read(data)[0] == XML
    assert read(data)[1].kind == "gzip+zip+xz+tar"
    assert "4 times" in refused(read, gzip.compress(data), "bomb")


# --- truncated and damaged ---


@packers
@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_truncated_file_gives_what_is_complete(read: Read, kind: str, share: float) -> None:
    packed = PACKERS[kind](XML)
    end = int((packed.index(b"PK\1\2") if kind == "zip" else len(packed)) * share)
    data, unpacked = read(packed[:end])
    assert XML.startswith(data)
    # bzip2 and zstd decode block by block, of 100 KB and 128 KiB here; the others give all there is
    slack = {"bzip2": 100_000, "zstd": 131_072}.get(kind, 0) + 10_000
    assert len(data) > len(XML) * (end / len(packed)) - slack
    assert unpacked.damage == f"truncated {kind}"


def test_truncated_gzip_gives_as_much_as_zlib(read: Read) -> None:
    packed = gzip.compress(XML)
    for end in (30, 1000, 50_000, len(packed) - 9):
        assert read(packed[:end])[0] == zlib.decompressobj(31).decompress(packed[:end])


@packers
def test_cut_anywhere_it_never_raises(read: Read, kind: str) -> None:
    packed = PACKERS[kind](XML[:3000])
    for end in range(512 if kind == "tar" else 12, len(packed), 37):
        data, unpacked = read(packed[:end])
        assert XML[:3000].startswith(data)
        assert data == XML[:3000] or unpacked.damage


@pytest.mark.parametrize("end", [3, 10, 40])
def test_a_few_bytes_of_gzip(read: Read, end: int) -> None:
    assert read(gzip.compress(XML)[:end])[1].damage == "truncated gzip"


def test_a_truncated_layer_inside_and_outside(read: Read) -> None:
    inside = gzip.compress(gzip.compress(XML)[:-3000])
    outside = gzip.compress(gzip.compress(XML))[:-3000]
    for packed in (inside, outside):
        data, unpacked = read(packed)
        assert XML.startswith(data) and len(data) > len(XML) * 0.9
        assert unpacked.damage == "truncated gzip"


def test_truncated_gzip_around_tar_and_zip(read: Read) -> None:
    for archive in (tarred(("guide.xml", XML)), zipped(("guide.xml", XML))):
        data, unpacked = read(gzip.compress(archive)[:-3000])
        assert XML.startswith(data) and len(data) > len(XML) * 0.9
        assert unpacked.damage.startswith("truncated")


def test_a_short_truncated_gzip_is_not_lost_to_the_look_ahead(read: Read) -> None:
    data, unpacked = read(gzip.compress(b"<tv></tv>", mtime=0)[:-4])
    assert (data, unpacked.damage) == (b"<tv></tv>", "truncated gzip")


def test_a_wrong_check_sum_loses_nothing(read: Read) -> None:
    packed = bytearray(gzip.compress(XML))
    packed[-6] ^= 1
    data, unpacked = read(bytes(packed))
    assert (data, unpacked.damage) == (XML, "damaged gzip: its checksum is wrong")


@pytest.mark.parametrize("kind", ["gzip", "xz", "bzip2", "zstd"])
def test_damage_in_the_middle_gives_what_is_before(read: Read, kind: str) -> None:
    packed = bytearray(PACKERS[kind](XML))
    half = len(packed) // 2
    packed[half : half + 2000] = b"\xff" * 2000
    data, unpacked = read(bytes(packed))
    assert unpacked.damage.startswith(f"damaged {kind}")
    assert data[:90_000] == XML[:90_000]


@pytest.mark.parametrize("share", [0.0005, 0.01, 0.5, 0.97, 0.9999])
@pytest.mark.parametrize("how", ["cut", "changed", "swapped"])
def test_large_pieces_lose_nothing(tmp_path: Path, share: float, how: str) -> None:
    """Gzip is read in large pieces until damage is seen, and then once more in small ones."""
    packed = bytearray(gzip.compress(XML * 4) + gzip.compress(XML))
    at = int(len(packed) * share)
    if how == "cut":
        del packed[at:]
    elif how == "changed":
        packed[at] ^= 0x55
    else:
        packed[at : at + 600] = packed[at : at + 600][::-1]
    path = tmp_path / "feed"
    path.write_bytes(packed)
    small, large = unpack(path, Limits()), unpack(path, Limits())
    expected = b"".join(block for _, block in small._blocks(careful=True))
    assert (b"".join(large), large.damage, large.kind) == (expected, small.damage, small.kind)
    assert b"".join(large) == expected


def test_a_header_that_asks_for_too_much_memory(read: Read) -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=29, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    packed = packer.compress(XML) + packer.flush()
    assert read(packed)[1].damage == "damaged zstd"


# --- archives ---


def test_zip_takes_the_first_xml_by_name(read: Read) -> None:
    archive = zipped(
        ("license.txt", b"<?xml not me"),
        ("__MACOSX/._a.xml", b"no"),
        ("x/.b.xml", b"no"),
        ("x/A.XMLTV", XML),
        ("b.xml", b"<tv/>"),
    )
    data, unpacked = read(archive)
    assert data == XML
    assert unpacked.notes == ["1 more XML files in the zip archive were left out: b.xml"]


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_without_a_name_the_first_that_looks_like_xml(read: Read, pack: Callable[..., Any]) -> None:
    members = [
        ("license.txt", b"Free."),
        ("index.html", b"<!DOCTYPE html><html>"),
        ("guide", XML),
        ("z", b"<tv/>"),
    ]
    # of a tar archive, every guide is read
    assert read(pack(*members))[0] == XML + (b"<tv/>" if pack is tarred else b"")
    assert read(pack(("guide", "<?xml ?><tv/>".encode("utf-16"))))[0].decode("utf-16") == "<?xml ?><tv/>"
    assert read(pack(("guide", gzip.compress(XML))))[0] == XML


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("members", [[], [("license.txt", b"Free."), ("a/", b"")]])
def test_an_archive_without_xml(read: Read, pack: Callable[..., Any], members: list[tuple[Any, ...]]) -> None:
    data = pack(*members)
    if data.strip(b"\0"):
        assert "archive holds no XML" in refused(read, data, "noxml")
    else:
        assert read(data)[1].kind == "plain"


def test_tar_members_before_and_after(read: Read) -> None:
    data, unpacked = read(tarred(("license.txt", b"Free." * 999), ("guide.xml", XML), ("b.xml", b"<tv/>")))
    assert (data, unpacked.notes) == (XML + b"<tv/>", [])


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_tar_formats_and_long_names(read: Read, format: int) -> None:
    long = "a" * 60 + "/" + "b" * 60 + ".xml"
    assert read(tarred(("x.txt", b"no"), (long, b"plain text"), format=format))[0] == b"plain text"


def test_tar_without_end_and_padding(read: Read) -> None:
    packed = tarred(("guide.xml", XML))
    data, unpacked = read(packed[: TAR_OFFSET + len(XML)])
    assert (data, unpacked.damage) == (XML, None)


def test_a_broken_tar_header(read: Read) -> None:
    packed = bytearray(tarred(("license.txt", b"Free."), ("guide.xml", XML)))
    packed[1030] ^= 1
    assert read(bytes(packed))[1].damage == "damaged tar"


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("streamed", [False, True])
def test_zip_methods_with_and_without_directory(read: Read, method: int, streamed: bool) -> None:
    archive = zipped(("license.txt", b"Free." * 500), ("guide.xml", XML), method=method, streamed=streamed)
    assert read(archive)[0] == XML
    data, unpacked = read(archive[: archive.index(b"PK\1\2")])
    if streamed and method == zipfile.ZIP_STORED:  # only the directory knows where such a member ends
        assert unpacked.damage
    else:
        assert (data, unpacked.damage) == (XML, "truncated zip")


def test_zip_without_directory_falls_back_on_looks(read: Read) -> None:
    archive = zipped(("license.txt", b"Free."), ("guide", XML))
    data, unpacked = read(archive[: archive.index(b"PK\1\2")])
    assert (data, unpacked.damage) == (XML, "truncated zip")


def test_zip_damage(read: Read) -> None:
    archive = bytearray(zipped(("guide.xml", XML), method=zipfile.ZIP_STORED))
    archive[5000] ^= 1
    data, unpacked = read(bytes(archive))
    assert len(data) == len(XML) and unpacked.damage == "damaged zip: its checksum is wrong"
    archive[:4] = b"PK\7\x08"
    assert read(bytes(archive))[1].damage == "damaged zip"


def test_an_encrypted_zip(read: Read) -> None:
    archive = bytearray(zipped(("guide.xml", XML)))
    archive[6] |= 1
    archive[archive.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in refused(read, bytes(archive), "encrypted")


def test_an_unknown_zip_method(read: Read) -> None:
    message = refused(read, zipped(("guide.xml", XML), method=zipfile.ZIP_LZMA), "method")
    assert "method 14" in message


def test_a_zip_directory_that_is_too_large_is_not_read(read: Read) -> None:
    archive = bytearray(zipped(("license.txt", b"Free."), ("guide.xml", XML)))
    end = archive.rindex(b"PK\5\6")
    archive[end + 12 : end + 16] = b"\xff" * 4
    data, unpacked = read(bytes(archive))
    assert (data, unpacked.damage) == (XML, None)


def test_names_in_archives_are_not_used_as_paths(read: Read, tmp_path: Path) -> None:
    before = {path.name for path in tmp_path.parent.rglob("*")}
    for pack in (zipped, tarred):
        assert read(pack(("../../evil.xml", XML)))[0] == XML
        assert read(gzip.compress(pack((str(tmp_path / "evil.xml"), XML))))[0] == XML
    assert {path.name for path in tmp_path.parent.rglob("*")} - before <= {"feed"}


# --- caps ---


def bomb(size: int) -> bytes:
    """`size` zero bytes, gzipped."""
    packer = zlib.compressobj(9, wbits=31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20))
    return packed + packer.flush()


@pytest.mark.parametrize(
    "pack", [lambda bomb: bomb, gzip.compress, lambda bomb: zipped(("license.txt", bomb), ("a.xml", bomb))]
)
def test_a_bomb_is_stopped(read: Read, pack: Callable[..., Any]) -> None:
    message = refused(read, pack(bomb(80 << 20)), "bomb", max_ratio=100)
    assert "download.max_ratio" in message and "100 times" in message


def test_a_bomb_beside_the_guide_is_stopped(read: Read) -> None:
    archive = tarred(("license.txt", bytes(80 << 20)), ("guide.xml", XML))
    refused(read, gzip.compress(archive), "bomb", max_ratio=100)


@pytest.mark.parametrize("pack", [bz2.compress, zstd, lzma.compress])
def test_bombs_of_other_kinds_are_stopped_in_little_memory(tmp_path: Path, pack: Callable[..., Any]) -> None:
    path = tmp_path / "feed"
    path.write_bytes(pack(bytes(100 << 20)))
    tracemalloc.start()
    with pytest.raises(FeedError) as caught:
        for _ in unpack(path, Limits()):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "bomb"
    assert peak < 32 << 20


def test_a_small_expansion_is_free(read: Read) -> None:
    data, _ = read(bomb(8 << 20), max_ratio=2)
    assert len(data) == 8 << 20


@packers
def test_the_largest_size(read: Read, kind: str) -> None:
    packed = PACKERS[kind](XML)
    message = refused(read, packed, "toolarge", max_unpacked_bytes=len(XML) - 1)
    assert "download.max_unpacked_bytes" in message
    assert read(packed, max_unpacked_bytes=len(XML) + 10_240)[0] == XML


def test_the_largest_size_of_a_plain_file(read: Read) -> None:
    refused(read, XML, "toolarge", max_unpacked_bytes=len(XML) - 1)


def test_no_room_for_the_zip_inside(tmp_path: Path) -> None:
    """In a process of its own, where no file may grow beyond 100 KB."""
    path = tmp_path / "feed"
    path.write_bytes(gzip.compress(zipped(("guide.xml", XML), method=zipfile.ZIP_STORED)))
    code = f"""
from pathlib import Path
from epg_ingest.unpack.layers import unpack
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
try:
    list(unpack(Path({str(path)!r}), Limits()))
except FeedError as error:
    print(error.code, error.message)
"""
    limit = (100_000, resource.RLIM_INFINITY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=str(tmp_path.parent),
        env={"PYTHONPATH": ":".join(sys.path)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )  # fmt: skip
    assert done.stdout.startswith("diskfull no room left on the disk"), done.stderr


def test_the_file_is_closed(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    path = tmp_path / "feed"
    path.write_bytes(gzip.compress(XML * 9))
    half_read: Any = iter(unpack(path, Limits()))
    next(half_read)
    half_read.close()
    assert not [warning for warning in recwarn if issubclass(warning.category, ResourceWarning)]
