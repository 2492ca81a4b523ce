"""Packed feeds with damage: what can be unpacked is read, and nothing raises but `FeedError`."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import zstandard
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.unpack.layers import unpack
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.slices import Slice, slices

#: no slice is as large, so nothing that is larger came out of one
MOST = 2_000_000
LIMITS = Limits(max_unpacked_bytes=MOST)


def zipped(body: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("guide.xml", body)
    return file.getvalue()


def tarred(body: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name in ("one.xml", "two.xml"):
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return file.getvalue()


#: the kinds of packing, and how often the document is in each
PACKINGS: dict[str, tuple[Callable[[bytes], bytes], int]] = {
    "gzip": (gzip.compress, 1),
    "xz": (lzma.compress, 1),
    "bzip2": (bz2.compress, 1),
    "zstd": (zstandard.ZstdCompressor().compress, 1),
    "zlib": (zlib.compress, 1),
    "zip": (zipped, 1),
    "tar": (tarred, 2),
    "gzip in zip": (lambda body: zipped(gzip.compress(body)), 1),
    "tar in gzip": (lambda body: gzip.compress(tarred(body)), 2),
    "two members": (lambda body: gzip.compress(body[:900]) + gzip.compress(body[900:]), 1),
}
FORMS = st.sampled_from(sorted(PACKINGS))
PIECES = st.deferred(lambda: st.sampled_from(slices()))


def unpacked(packed: bytes, encodings: tuple[str, ...] = ()) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed"
        path.write_bytes(packed)
        return b"".join(unpack(path, LIMITS, encodings))


@given(PIECES, FORMS)
def test_each_form_is_unpacked(piece: Slice, form: str) -> None:
    body = piece.body
    pack, times = PACKINGS[form]
    assert unpacked(pack(body), ("deflate",)) == body * times


@given(PIECES, FORMS, st.data())
def test_damage_raises_nothing_else(piece: Slice, form: str, data: st.DataObject) -> None:
    packed = PACKINGS[form][0](piece.body)
    start = data.draw(st.integers(0, len(packed)))
    stop = data.draw(st.one_of(st.integers(start, min(len(packed), start + 20)), st.just(len(packed))))
    instead = data.draw(st.binary(max_size=12))
    try:
        found = unpacked(
            packed[:start] + instead + packed[stop:], data.draw(st.sampled_from([(), ("deflate",), ("br",)]))
        )
    except FeedError as error:
        assert "\n" not in error.message and error.code
    else:
        assert len(found) <= MOST


@given(st.binary(max_size=300), st.sampled_from([(), ("deflate",), ("br",), ("zstd",), ("gzip", "br")]))
def test_any_bytes(body: bytes, encodings: tuple[str, ...]) -> None:
    try:
        unpacked(body, encodings)
    except FeedError as error:
        assert "\n" not in error.message and error.code
