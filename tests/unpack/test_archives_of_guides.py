"""Archives with several guides: a tar gives each of them as a document, a zip its first and says what else there was."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from epg_ingest.core.errors import FeedError
from epg_ingest.core.limits import Limits
from epg_ingest.unpack.layers import Unpacked, unpack

from tests.unpack.test_layers import TAR_OFFSET, XML, tarred, zipped

ONE, TWO, THREE = (
    b"<?xml version='1.0'?><tv>%s</tv>" % (b"<programme start='%d'/>" % number * 5000) for number in (1, 2, 3)
)


def documents(folder: Path, data: bytes) -> tuple[list[bytes], Unpacked]:
    path = folder / "feed"
    path.write_bytes(data)
    unpacked = unpack(path, Limits())
    return [b"".join(blocks) for blocks in unpacked.documents()], unpacked


@pytest.mark.parametrize(
    "outside", [bytes, gzip.compress, lzma.compress, lambda data: zipped(("x.xml", data))]
)
def test_every_guide_of_a_tar(tmp_path: Path, outside: Callable[[bytes], bytes]) -> None:
    archive = tarred(("uk/a.xml", ONE), ("readme.txt", b"hello"), ("uk/b.XMLTV", TWO), ("c", THREE))
    found, unpacked = documents(tmp_path, outside(archive))
    assert found == [ONE, TWO, THREE]
    assert (unpacked.damage, unpacked.notes, unpacked.guides_left_out) == (None, [], False)


def test_compressed_guides_in_a_tar(tmp_path: Path) -> None:
    archive = tarred(
        ("a.xml.gz", gzip.compress(ONE)),
        ("b.gz", gzip.compress(TWO)),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(99)),
        ("notes.txt.gz", gzip.compress(b"no guide")),
        ("c.xml.xz", lzma.compress(bz2.compress(THREE))),
    )
    found, unpacked = documents(tmp_path, gzip.compress(archive))
    assert (found, unpacked.notes) == ([ONE, TWO, THREE], [])


def test_tar_in_tar_and_zip_in_tar(tmp_path: Path) -> None:
    inner = tarred(("a.xml", ONE), ("b.xml", TWO))
    archive = tarred(("uk.tar.gz", gzip.compress(inner)), ("c.xml", zipped(("x.xml", THREE))))
    assert documents(tmp_path, archive)[0] == [ONE, TWO, THREE]


@pytest.mark.parametrize(
    "document",
    [
        b"<?xml version='1.0'?><project/>",
        b"<settings>",
        "<?xml ?><rss/>".encode("utf-16"),
        b"<!-- x --><x:pom xmlns:x='y'/>",
    ],
)
def test_other_documents_are_named(tmp_path: Path, document: bytes) -> None:
    archive = tarred(("config/pom.xml", document), ("a.xml", ONE), ("z\n\x1b[1m.xml", document))
    found, unpacked = documents(tmp_path, archive)
    assert found == [ONE]
    assert unpacked.notes == ["2 more XML files in the tar archive were left out: config/pom.xml, z[1m.xml"]
    assert not unpacked.guides_left_out


@pytest.mark.parametrize(
    "guide",
    [
        b"<TV>",
        b"<x:tv xmlns:x='y'>",
        b"<epg><programme start='1'/>",
        b"<!DOCTYPE tv SYSTEM 'x'><tv>",
        b"",
        b"no markup",
    ],
)
def test_what_may_be_a_guide_is_read(tmp_path: Path, guide: bytes) -> None:
    found, unpacked = documents(tmp_path, tarred(("a.xml", ONE), ("b.xml", guide)))
    assert (found, unpacked.notes) == ([ONE, guide] if guide else [ONE], [])


def test_names_are_cut_short(tmp_path: Path) -> None:
    archive = tarred(*((f"{number}.xml", b"<pom/>") for number in range(9)), ("a.xml", ONE))
    note = "9 more XML files in the tar archive were left out: 0.xml, 1.xml, 2.xml, 3.xml, 4.xml, …"
    assert documents(tmp_path, archive)[1].notes == [note]


def test_a_damaged_guide_costs_only_itself(tmp_path: Path) -> None:
    broken = bytearray(gzip.compress(TWO))
    broken[-6] ^= 1
    archive = tarred(
        ("a.xml", ONE), ("b.xml.gz", bytes(broken)), ("c.xml.gz", gzip.compress(THREE)[:-20]), ("d.xml", ONE)
    )
    found, unpacked = documents(tmp_path, archive)
    assert found[:2] == [ONE, TWO] and found[-1] == ONE and len(found) == 4
    assert unpacked.damage == "damaged gzip: its checksum is wrong in b.xml.gz; truncated gzip in c.xml.gz"


def test_the_same_damage_in_several_guides(tmp_path: Path) -> None:
    cut = gzip.compress(TWO)[:-20]
    archive = tarred(("a.xml.gz", cut), ("b.xml.gz", cut), ("c.xml", ONE))
    for pack in (bytes, gzip.compress):
        _, unpacked = documents(tmp_path, pack(archive))
        assert unpacked.damages == [("truncated gzip", "a.xml.gz"), ("truncated gzip", "b.xml.gz")]
    assert unpacked.damage == "truncated gzip in a.xml.gz; truncated gzip in b.xml.gz"


def test_a_truncated_tar_gives_the_guides_before(tmp_path: Path) -> None:
    archive = tarred(("a.xml", ONE), ("b.xml", XML))
    found, unpacked = documents(tmp_path, gzip.compress(archive)[:-30_000])
    assert found[0] == ONE and XML.startswith(found[1]) and len(found[1]) > 1000
    assert unpacked.damage == "truncated gzip in b.xml"


def test_a_damaged_header_between_guides(tmp_path: Path) -> None:
    archive = bytearray(tarred(("a.xml", ONE), ("b.xml", TWO)))
    at = TAR_OFFSET + len(ONE) + -len(ONE) % 512
    archive[at + 5] ^= 1
    found, unpacked = documents(tmp_path, bytes(archive))
    assert (found, unpacked.damage) == ([ONE], "damaged tar")


def test_a_long_name_of_a_folder_is_not_that_of_the_next_file(tmp_path: Path) -> None:
    archive = tarred(("d" * 120 + "/x.txt", b"no"), ("a.xml", ONE))
    at = archive.index(b"no", 1024) - 512
    header = bytearray(archive[at : at + 512])
    header[156:157] = b"5"
    header[124:136] = b"00000000000\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    data = archive[:at] + bytes(header) + archive[at + 1024 :]
    assert documents(tmp_path, data)[0] == [ONE]


# --- zip ---


def test_the_guides_that_a_zip_leaves_out(tmp_path: Path) -> None:
    found, unpacked = documents(
        tmp_path, zipped(("a.xml", ONE), ("b.xml", TWO), ("c.xml.gz", gzip.compress(THREE)))
    )
    assert found == [ONE] and unpacked.guides_left_out
    assert unpacked.notes == ["2 more XML files in the zip archive were left out: b.xml, c.xml.gz"]


@pytest.mark.parametrize("other", [ONE, b"<?xml version='1.0'?><settings/>", b""])
def test_copies_and_other_documents_are_no_loss(tmp_path: Path, other: bytes) -> None:
    found, unpacked = documents(tmp_path, zipped(("a.xml", ONE), ("b.xml", other)))
    assert (found, unpacked.guides_left_out) == ([ONE], False)
    assert unpacked.notes == ["1 more XML files in the zip archive were left out: b.xml"]


def test_an_encrypted_guide_beside_the_first(tmp_path: Path) -> None:
    archive = bytearray(zipped(("a.xml", ONE), ("b.xml", TWO)))
    archive[archive.rindex(b"PK\1\2") + 8] |= 1
    found, unpacked = documents(tmp_path, bytes(archive))
    assert (found, unpacked.guides_left_out) == ([ONE], True)


@pytest.mark.parametrize("lost", [1, 2, 30, 500])
def test_a_zip_that_lost_its_beginning(tmp_path: Path, lost: int) -> None:
    """Its directory names places before the beginning of the file."""
    rest = zipped(("a.xml", ONE), ("b.xml", TWO))[lost:]
    found, unpacked = documents(tmp_path, b"PK\3\4" + rest[4:])
    assert b"".join(found) == b""
    assert unpacked.damage == "damaged zip"


def test_the_first_guide_of_a_zip_counts(tmp_path: Path) -> None:
    """What is called .xml but is something else, or empty, does not hide the guide."""
    for other in (b"<urlset/>", b"", b"<?xml version='1.0'?><rss><item/></rss>", gzip.compress(b"<urlset/>")):
        name = "s.xml.gz" if other[:2] == b"\x1f\x8b" else "s.xml"
        found, unpacked = documents(tmp_path, zipped((name, other), ("b.xml", TWO)))
        assert (found, unpacked.guides_left_out) == ([TWO], False)
        assert unpacked.notes == [f"1 more XML files in the zip archive were left out: {name}"]


@pytest.mark.parametrize(
    ("name", "content", "is_loss"),
    [
        ("guide", TWO, True),
        ("data/epg.bin", gzip.compress(TWO), True),
        ("b.xml.gz", gzip.compress(TWO), True),
        ("b.tar", tarred(("x.xml", TWO)), True),
        ("b.tar.gz", gzip.compress(tarred(("x.xml", TWO))), True),
        ("b.zip", zipped(("x.xml", TWO)), True),
        ("readme.txt", b"hello", False),
        ("page", b"<html><body>x</body></html>", False),
        ("sitemap", b"<?xml version='1.0'?><urlset/>", False),
        ("log.gz", gzip.compress(b"hello", mtime=0), False),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(99), False),
        ("empty", b"", False),
        ("copy", ONE, False),
    ],
)
def test_a_guide_under_any_name_is_a_loss(tmp_path: Path, name: str, content: bytes, is_loss: bool) -> None:
    found, unpacked = documents(tmp_path, zipped(("a.xml", ONE), (name, content)))
    assert (found, unpacked.guides_left_out) == ([ONE], is_loss)
    kind = "XML files" if ".xml" in name else "files with guides or archives"
    note = f"1 more {kind} in the zip archive were left out: {name}"
    assert unpacked.notes == ([note] if is_loss else [])


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_an_archive_in_a_zip(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    inner = tarred(("a.xml", ONE), ("b.xml", TWO))
    found, unpacked = documents(tmp_path, zipped(("readme.txt", b"x"), ("uk.tar", pack(inner))))
    assert (found, unpacked.notes) == ([ONE, TWO], [])
    found, unpacked = documents(tmp_path, zipped(("uk.zip", pack(zipped(("guide", THREE))))))
    assert (found, unpacked.notes) == ([THREE], [])


def test_a_guide_without_ending_in_a_zip_of_other_documents(tmp_path: Path) -> None:
    found, unpacked = documents(
        tmp_path, zipped(("pom.xml", b"<pom/>"), ("sitemap", b"<?xml ?><urlset/>"), ("g", ONE))
    )
    assert (found, unpacked.guides_left_out) == ([ONE], False)
    # where nothing is a guide, the import says what is wrong with the first
    assert documents(tmp_path, zipped(("pom.xml", b"<pom/>"), ("x.txt", b"")))[0] == [b"<pom/>"]


# --- archives in a tar ---


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
@pytest.mark.parametrize("name", ["uk.tar", "uk.tgz", "uk", "uk.xml"])
def test_archives_in_a_tar(tmp_path: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    inner = tarred(("a.xml", ONE), ("a2.xml", TWO))
    found, unpacked = documents(tmp_path, tarred((name, pack(inner)), ("b.xml", THREE)))
    assert (found, unpacked.notes) == ([ONE, TWO, THREE], [])
    found, unpacked = documents(tmp_path, tarred((name, pack(zipped(("x", ONE)))), ("b.xml", THREE)))
    assert (found, unpacked.notes) == ([ONE, THREE], [])


def test_a_zip_with_two_guides_in_a_tar(tmp_path: Path) -> None:
    found, unpacked = documents(
        tmp_path, tarred(("a.zip", zipped(("a.xml", ONE), ("b.xml", TWO))), ("c.xml", THREE))
    )
    assert (found, unpacked.guides_left_out) == ([ONE, THREE], True)
    assert unpacked.notes == ["1 more XML files in the zip archive were left out: b.xml"]


@pytest.mark.parametrize(
    "inner", [zipped(("logo.png", b"\x89PNG")), tarred(("logo.png", b"\x89PNG")), zipped()]
)
def test_archives_without_a_guide_in_a_tar(tmp_path: Path, inner: bytes) -> None:
    found, unpacked = documents(tmp_path, tarred(("logos", inner), ("c.xml", THREE)))
    assert (found, unpacked.notes, unpacked.guides_left_out) == ([THREE], [], False)


def test_an_encrypted_zip_in_a_tar(tmp_path: Path) -> None:
    locked = bytearray(zipped(("b.xml", TWO)))
    locked[locked.rindex(b"PK\1\2") + 8] |= 1
    found, unpacked = documents(tmp_path, tarred(("b.zip", bytes(locked)), ("a.xml", ONE)))
    assert (found, unpacked.guides_left_out) == ([ONE], True)
    assert unpacked.notes == ["1 more files with guides or archives in the tar archive were left out: b.zip"]
    with pytest.raises(FeedError) as caught:
        documents(tmp_path, tarred(("b.zip", bytes(locked)), ("a.txt", b"x")))
    assert caught.value.code == "encrypted"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("zeros", [0, 512, 4096])
def test_tars_one_after_the_other(tmp_path: Path, pack: Callable[[bytes], bytes], zeros: int) -> None:
    parts = [tarred((f"{number}.xml", guide)) for number, guide in enumerate((ONE, TWO, THREE))]
    found, unpacked = documents(tmp_path, pack(bytes(zeros).join(parts)))
    assert (found, unpacked.notes, unpacked.damage) == ([ONE, TWO, THREE], [], None)


@pytest.mark.parametrize("junk", [b"x", b"\n" * 600, gzip.compress(tarred(("b.xml", TWO))), ONE])
def test_what_follows_a_tar_is_noted(tmp_path: Path, junk: bytes) -> None:
    found, unpacked = documents(tmp_path, tarred(("a.xml", ONE)) + junk)
    assert (found, unpacked.notes) == ([ONE], ["what follows the tar data was left out"])
