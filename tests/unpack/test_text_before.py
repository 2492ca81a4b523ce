"""Text before packed bytes, and packed bytes that begin like text before others."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard
from epg_ingest.core.limits import Limits
from epg_ingest.unpack.layers import Unpacked, unpack

pytestmark = pytest.mark.slow

XML = (
    b"<?xml version='1.0'?>\n<tv>\n"
    + b"".join(b"<programme start='%d'>\xc3\xa9</programme>\n" % number for number in range(8000))
    + b"</tv>\n"
)
#: a gzip file of half a megabyte
LARGE = gzip.compress(b"<tv>%s</tv>" % random.Random(5).randbytes(400_000).hex().encode(), mtime=0)
Pack = Callable[[bytes], bytes]
Read = Callable[..., tuple[bytes, Unpacked]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read(data: bytes, *encodings: str) -> tuple[bytes, Unpacked]:
        path = tmp_path / "feed"
        path.write_bytes(data)
        unpacked = unpack(path, Limits(), encodings)
        return b"".join(unpacked), unpacked

    return read


def raw_deflate(data: bytes, level: int = -1) -> bytes:
    packer = zlib.compressobj(level, wbits=-15)
    return packer.compress(data) + packer.flush()


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("guide.xml", data)
    return packed.getvalue()


def tarred(data: bytes) -> bytes:
    info = tarfile.TarInfo("guide.xml")
    info.size = len(data)
    return info.tobuf() + data + bytes(-len(data) % 512 + 1024)


def flushed_brotli(data: bytes) -> bytes:
    """As a proxy sends it: what it has is flushed, block after block. What is packed already is stored as it is."""
    packer = brotli.Compressor(quality=4)
    blocks = [packer.process(data[at : at + 16_384]) + packer.flush() for at in range(0, len(data), 16_384)]
    return b"".join(blocks) + packer.finish()


SIGNED: dict[str, Pack] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "zip": zipped,
}
UNSIGNED: dict[str, Pack] = {
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": brotli.compress,
}
#: what programs put before the bytes that they send
TEXTS = [
    b"\xef\xbb\xbf",
    b"\n",
    b"\r\n \r\n",
    b"\xef\xbb\xbf\xef\xbb\xbf\n",
    b"PHP Warning:  Undefined variable $x in /var/www/epg.php on line 3\n",
    b"<br />\n<b>Warning</b>:  fopen(): failed in <b>/x.php</b> on line <b>8</b><br />\n",
    "Предупреждение: нет файла\n".encode() * 30,
]


def note(text: bytes, kind: str) -> list[str]:
    return [f"{len(text)} bytes of text before the {kind} data were left out"]


@pytest.mark.parametrize("text", [*TEXTS, b"Deprecated: caf\xe9\n" * 900])
@pytest.mark.parametrize("kind", SIGNED)
def test_text_before_packed_bytes(read: Read, text: bytes, kind: str) -> None:
    data, unpacked = read(text + SIGNED[kind](XML))
    assert (data, unpacked.damage, unpacked.notes) == (XML, None, note(text, kind))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("kind", UNSIGNED)
@pytest.mark.parametrize("header", [(), ("br",), ("deflate",)])
def test_text_before_streams_without_a_signature(
    read: Read, text: bytes, kind: str, header: tuple[str, ...]
) -> None:
    data, unpacked = read(text + UNSIGNED[kind](XML), *header)
    assert (data, unpacked.damage, unpacked.notes) == (XML, None, note(text, kind))


@pytest.mark.parametrize("level", range(12))
def test_text_before_brotli_of_every_level(read: Read, level: int) -> None:
    assert read(b"\n\n" + brotli.compress(XML, quality=level))[0] == XML
    assert read(b"Notice: x\n" + brotli.compress(LARGE, quality=level))[0][:4] == b"<tv>"


@pytest.mark.parametrize("count", [1000, 70_000, 700_000])
@pytest.mark.parametrize("pack", [*SIGNED.values(), *UNSIGNED.values(), tarred])
def test_many_blanks_before_packed_bytes(read: Read, count: int, pack: Pack) -> None:
    assert read(b"\r\n" * count + pack(XML))[0] == XML


def test_many_blanks_before_plain_bytes_stay(read: Read) -> None:
    """Lines are counted from the beginning of the file."""
    assert read(b"\n" * 200_000 + XML)[0] == b"\n" * 200_000 + XML


@pytest.mark.parametrize(
    "plain", [b"<tv>" + b"(\xc2\xb5/\xc3\xbd BZh91AY PK</tv>", b"\x01 \x1f\x8b\x08\0", b"PK \x1f\x8b"]
)
def test_text_that_is_no_text_before_packed_bytes(read: Read, plain: bytes) -> None:
    assert read(plain)[0] == plain


@pytest.mark.parametrize(
    "plain",
    [
        "Ошибка: нет доступа\n" * 50,
        '{"a":[' + '"é",' * 900,
        "#EXTM3U é\n",
        "Zugriff verweigert: Größe\n" * 3000,
    ],
)
@pytest.mark.parametrize("code", ["utf-8", "utf-16", "cp1251", "latin-1"])
def test_answers_in_other_encodings_stay(read: Read, plain: str, code: str) -> None:
    answer = plain.encode(code, "replace")
    assert read(answer)[0] == read(answer, "br")[0] == read(answer, "deflate")[0] == answer


# --- a stream that holds packed bytes as they are ---


@pytest.mark.parametrize(
    "around",
    [
        flushed_brotli,
        *(lambda data, level=level: brotli.compress(data, quality=level) for level in (0, 1, 5, 11)),
        *(lambda data, level=level: zlib.compress(data, level) for level in (0, 1, 9)),
        *(lambda data, level=level: raw_deflate(data, level) for level in (0, 9)),
    ],
)
@pytest.mark.parametrize("header", [("gzip", "br"), ("gzip", "deflate"), ("br",), ()])
def test_gzip_inside(read: Read, around: Pack, header: tuple[str, ...]) -> None:
    data, unpacked = read(around(LARGE), *header)
    assert (data, unpacked.damage, unpacked.notes) == (gzip.decompress(LARGE), None, [])


@pytest.mark.parametrize("inside", [*SIGNED.values(), tarred])
def test_other_packings_inside(read: Read, inside: Pack) -> None:
    data, unpacked = read(flushed_brotli(inside(XML)))
    assert (data, unpacked.damage, unpacked.notes) == (XML, None, [])


def test_text_before_gzip_inside_an_encoding(read: Read) -> None:
    data, unpacked = read(brotli.compress(TEXTS[4] + gzip.compress(XML)), "br")
    assert (data, unpacked.notes) == (XML, note(TEXTS[4], "gzip"))


# --- bytes after a stream ---


@pytest.mark.parametrize("junk", [b"\n", b"</html>\r\n", b"\0" * 700 + b"x", b"junk" * 5000])
@pytest.mark.parametrize(
    "body", [XML, b"<tv></tv>", LARGE, b"<tv>" + b"x" * 900_000], ids=["xml", "tiny", "gzip", "long"]
)
@pytest.mark.parametrize("kind", UNSIGNED)
def test_bytes_after_a_stream(read: Read, kind: str, body: bytes, junk: bytes) -> None:
    data, unpacked = read(UNSIGNED[kind](body) + junk, "br" if kind == "br" else "deflate")
    assert data == (gzip.decompress(body) if body == LARGE else body)
    assert (unpacked.damage, unpacked.notes) == (None, [f"what follows the {kind} data was left out"])


def test_zeros_after_brotli_are_padding(read: Read) -> None:
    data, unpacked = read(brotli.compress(XML) + bytes(9000), "br")
    assert (data, unpacked.damage, unpacked.notes) == (XML, None, [])


@pytest.mark.parametrize("at", [4000, 33_000, 65_000])
def test_damaged_brotli_gives_all_before(read: Read, at: int) -> None:
    """A feed that brotli stores as it is, in blocks."""
    feed = b"<tv>" + random.Random(6).randbytes(90_000)
    packed = flushed_brotli(feed)
    data, unpacked = read(packed[:at] + b"\xff" * 40_000, "br")
    # the block in which the damage is ends in damaged bytes
    assert data[: at - 40] == feed[: at - 40] and unpacked.damage == "damaged br"


@pytest.mark.parametrize("size", [200_000, 262_144, 300_000, 900_000, 3_000_000])
def test_long_runs_in_brotli(read: Read, size: int) -> None:
    """The decoder has more to give than it is asked for at once."""
    data, unpacked = read(brotli.compress(b"<tv>" + b"x" * size), "br")
    assert (len(data), unpacked.damage) == (size + 4, None)
