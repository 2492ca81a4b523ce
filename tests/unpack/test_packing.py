"""Packings without a signature, text before packed bytes, and what cannot be unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
import zstandard
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.unpack import libraries
from epg_ingest.unpack.layers import Unpacked, unpack

XML = (
    b"<?xml version='1.0'?>\n<tv>\n"
    + b"".join(b"<programme start='%d'>\xc3\xa9</programme>\n" % number for number in range(8000))
    + b"</tv>\n"
)
#: a feed so small that packed it may have no control characters at all
TINY = b"<tv></tv>"
#: unpacks bytes with a Content-Encoding: what comes out, and what is known of it
Read = Callable[..., tuple[bytes, Unpacked]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(data: bytes, *encodings: str, **limits: int) -> tuple[bytes, Unpacked]:
        path = tmp_path / "feed"
        path.write_bytes(data)
        unpacked = unpack(path, Limits(**limits), encodings)
        return b"".join(unpacked), unpacked

    return read


@pytest.fixture(autouse=True)
def fresh_libraries() -> Iterator[None]:
    libraries._module.cache_clear()
    yield
    libraries._module.cache_clear()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": lambda data: brotli.compress(data, quality=5),
    "gzip": gzip.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
HEADERS = {"raw deflate": "deflate", "gzip": "x-gzip"}
packers = pytest.mark.parametrize("kind", PACKERS)


def refused(read: Read, data: bytes, code: str, *encodings: str, **limits: int) -> str:
    with pytest.raises(FeedError) as caught:
        read(data, *encodings, **limits)
    assert caught.value.code == code, caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


# --- Content-Encoding ---


@packers
@pytest.mark.parametrize(
    "body", [XML, TINY, b"{}", b"<html>sorry</html>"], ids=["feed", "tiny", "json", "page"]
)
def test_each_encoding(read: Read, kind: str, body: bytes) -> None:
    data, unpacked = read(PACKERS[kind](body), HEADERS.get(kind, kind))
    assert (data, unpacked.kind, unpacked.damage, unpacked.notes) == (body, kind, None, [])


@pytest.mark.parametrize("level", range(12))
@pytest.mark.parametrize("window", [10, 16, 18, 22, 24])
def test_brotli_of_every_level_and_window(read: Read, level: int, window: int) -> None:
    body = XML[:50_000]
    packed = brotli.compress(body, quality=level, lgwin=window)
    assert read(packed, "br")[0] == body
    assert read(packed)[0] == body


@packers
@pytest.mark.parametrize(
    "header", [(), ("gzip",), ("br",), ("deflate",), ("zstd",), ("identity",), ("pack200",)]
)
def test_a_wrong_header_changes_nothing(read: Read, kind: str, header: tuple[str, ...]) -> None:
    assert read(PACKERS[kind](XML), *header)[0] == XML
    assert read(XML, *header)[0] == XML
    for plain in (TINY, b"", b"{}", b"Too many requests", "<tv>é</tv>".encode("utf-16")):
        assert read(plain, *header)[0] == plain


@pytest.mark.parametrize(
    "kinds",
    [("gzip", "br"), ("br", "gzip"), ("deflate", "deflate"), ("raw deflate", "zstd"), ("br", "br", "gzip")],
)
def test_several_in_a_row(read: Read, kinds: tuple[str, ...]) -> None:
    data = XML
    for kind in kinds:
        data = PACKERS[kind](data)
    found, unpacked = read(data, *(HEADERS.get(kind, kind) for kind in kinds))
    assert (found, unpacked.kind) == (XML, "+".join(reversed(kinds)))


def test_an_encoding_around_a_packed_file(read: Read) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("guide.xml", lzma.compress(XML))
    assert read(brotli.compress(packed.getvalue()), "br")[1].kind == "br+zip+xz"


def test_an_empty_body_in_each_encoding(read: Read) -> None:
    for kind, pack in PACKERS.items():
        assert read(pack(b""), HEADERS.get(kind, kind))[0] == b""


@packers
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_truncated(read: Read, kind: str, share: float) -> None:
    packed = PACKERS[kind](XML)
    data, unpacked = read(packed[: int(len(packed) * share)], HEADERS.get(kind, kind))
    name = kind.replace("raw ", "")
    assert unpacked.damage == f"truncated {name}"
    # zstd decodes blocks of 128 KiB
    slack = 131_072 if kind == "zstd" else 0
    assert XML.startswith(data) and len(data) > len(XML) * share / 3 - slack


@pytest.mark.parametrize("kind", ["deflate", "raw deflate", "br"])
def test_damaged(read: Read, kind: str) -> None:
    packed = bytearray(PACKERS[kind](XML))
    packed[len(packed) // 2 :] = bytes(range(256)) * 20
    header = HEADERS.get(kind, kind)
    data, unpacked = read(bytes(packed), header)
    assert unpacked.damage in (f"damaged {header}", f"truncated {header}")
    assert XML[:50_000] == data[:50_000]


def test_a_wrong_adler_checksum(read: Read) -> None:
    packed = bytearray(zlib.compress(XML))
    packed[-1] ^= 1
    data, unpacked = read(bytes(packed), "deflate")
    assert (data, unpacked.damage) == (XML, "damaged deflate: its checksum is wrong")


@packers
def test_within_the_caps(read: Read, kind: str) -> None:
    header = HEADERS.get(kind, kind)
    assert "download.max_ratio" in refused(read, PACKERS[kind](bytes(70 << 20)), "bomb", header, max_ratio=2)
    packed = PACKERS[kind](XML)
    assert "download.max_unpacked_bytes" in refused(
        read, packed, "toolarge", header, max_unpacked_bytes=len(XML) - 1
    )


@pytest.mark.parametrize("name", ["compress", "exi", "pack200-gzip", "dcb"])
def test_an_encoding_that_is_not_supported_is_named(read: Read, name: str) -> None:
    assert f"Content-Encoding {name}," in refused(read, bytes(range(256)) * 9, "encoding", name)


@pytest.mark.parametrize(("module", "encoding"), [("brotli", "br"), ("zstandard", "zstd")])
def test_a_missing_library_is_named(
    read: Read, monkeypatch: pytest.MonkeyPatch, module: str, encoding: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    message = refused(read, PACKERS[encoding](XML), "encoding", encoding)
    assert f"compressed with {encoding}" in message and f"pip install -U {module}" in message
    assert read(XML, encoding)[0] == XML
    assert read(gzip.compress(XML), encoding)[0] == XML


def test_a_brotli_library_that_cannot_bound_its_output(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", type("Old", (), {"Decompressor": object}))
    assert "compressed with br" in refused(read, brotli.compress(XML), "encoding", "br")


# --- what cannot be read ---


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, PACKERS["zstd"]])
@pytest.mark.parametrize(
    "treat",
    [
        lambda data: data.decode("utf-8", "replace").encode(),
        lambda data: data.decode("latin-1").encode("utf-8"),
        lambda data: data.decode("ascii", "replace").encode("ascii", "replace"),
        lambda data: b"\xef\xbb\xbf" + data.decode("utf-8", "replace").encode(),
    ],
    ids=["utf-8", "latin-1", "ascii", "utf-8-sig"],
)
def test_packed_bytes_that_were_read_as_text(
    read: Read, pack: Callable[[bytes], bytes], treat: Callable[[bytes], bytes]
) -> None:
    message = refused(read, treat(pack(XML)), "mangled")
    assert "read as text" in message


def test_other_packings_that_were_read_as_text(read: Read) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("guide.xml", XML)
    for data in (packed.getvalue(), bz2.compress(XML)):
        refused(read, data.decode("utf-8", "replace").encode(), "mangled")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"7z\xbc\xaf\x27\x1c\0\4", "7-Zip"), (b"Rar!\x1a\x07\x01\0", "RAR"), (b"\x1f\x9d\x90tv", "compress")],
)
def test_archives_that_are_not_supported(read: Read, data: bytes, name: str) -> None:
    assert name in refused(read, data + bytes(600), "packing")
