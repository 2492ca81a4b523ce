"""What the bytes are encoded in. Whole feeds in many encodings are in data/encoding-*.xml."""

from __future__ import annotations

import codecs

import pytest
from epg_ingest.unpack.character_encoding import ascii_compatible, detect, to_utf8, transcode
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import NOON, Guide, feed, show


def declared(name: str) -> bytes:
    return f'<?xml version="1.0" encoding="{name}"?><tv>'.encode()


@pytest.mark.parametrize(
    ("head", "name", "mark", "disbelieved"),
    [
        (b"", "utf-8", 0, None),
        (b"<tv>", "utf-8", 0, None),
        (codecs.BOM_UTF8 + declared("iso-8859-1"), "utf-8", 3, None),
        (codecs.BOM_UTF16_LE + "<tv>".encode("utf-16-le"), "utf-16-le", 2, None),
        (codecs.BOM_UTF16_BE + "<tv>".encode("utf-16-be"), "utf-16-be", 2, None),
        (codecs.BOM_UTF32_LE + "<tv>".encode("utf-32-le"), "utf-32-le", 4, None),
        (codecs.BOM_UTF32_BE + "<tv>".encode("utf-32-be"), "utf-32-be", 4, None),
        ("<?xml".encode("utf-16-le"), "utf-16-le", 0, None),
        ("<?xml".encode("utf-16-be"), "utf-16-be", 0, None),
        ("<?xml".encode("utf-32-le"), "utf-32-le", 0, None),
        ("<?xml".encode("utf-32-be"), "utf-32-be", 0, None),
        (declared("UTF-8"), "utf-8", 0, None),
        (declared("ISO-8859-1"), "iso8859-1", 0, None),
        (declared("Windows-1252"), "cp1252", 0, None),
        (declared("GB2312"), "gb2312", 0, None),
        (b"<?xml version='1.0' encoding = 'koi8-r' standalone='yes' ?>", "koi8-r", 0, None),
        (declared("iso-2022-jp"), "iso2022_jp", 0, None),
        # contradicted by the bytes, unknown, or no encoding of text
        (declared("utf-16"), "utf-8", 0, "utf-16"),
        (declared("cp037"), "utf-8", 0, "cp037"),
        (declared("x-klingon"), "utf-8", 0, "x-klingon"),
        (declared("hex"), "utf-8", 0, "hex"),
        (declared("zip"), "utf-8", 0, "zip"),
        (declared("rot13"), "utf-8", 0, "rot13"),
        (declared("unicode_escape"), "utf-8", 0, "unicode_escape"),
        (declared("idna"), "utf-8", 0, "idna"),
        (declared("undefined"), "utf-8", 0, "undefined"),
        # not a declaration of the document
        (b"<tv><title encoding='koi8-r'>", "utf-8", 0, None),
    ],
)
def test_detect(head: bytes, name: str, mark: int, disbelieved: str | None) -> None:
    assert detect(head) == (name, mark, disbelieved)


@given(st.from_regex(r"[A-Za-z0-9._-]{1,20}", fullmatch=True))
def test_any_declared_name_gives_a_codec_that_reads_markup(name: str) -> None:
    code, _, _ = detect(declared(name))
    assert b"<tv>".decode(code) == "<tv>"


@given(st.text(), st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "iso2022_jp"]), st.integers(1, 7))
def test_transcode_is_the_same_for_any_blocks(text: str, name: str, size: int) -> None:
    body = text.encode(name, "replace")
    blocks = [body[at : at + size] for at in range(0, len(body), size)]
    assert b"".join(transcode(blocks, name)).decode() == body.decode(name, "replace")


def test_transcode_of_a_cut_off_character() -> None:
    assert b"".join(transcode(["é".encode("utf-16-le") + b"\xe9"], "utf-16-le")).decode() == "é\ufffd"


@given(st.binary(), st.sampled_from(["utf-7", "hz", "iso2022_jp", "utf-16-be", "utf-32-le"]))
def test_transcode_takes_any_bytes(body: bytes, name: str) -> None:
    b"".join(transcode([body + b"+2AA-"], name)).decode("utf-8")


@pytest.mark.parametrize(
    ("raw", "name", "text"),
    [
        (b"plain", "koi8-r", "plain"),
        ("Café".encode(), "iso8859-1", "Café"),
        ("Café".encode("latin-1"), "iso8859-1", "Café"),
        ("Жизнь".encode("cp1251"), "cp1251", "Жизнь"),
        (b"Caf\xe9", "utf-8", None),
        (b"\x81\x39", "euc_jp", None),
        (b"a\xff.b", "idna", None),
    ],
)
def test_to_utf8(raw: bytes, name: str, text: str | None) -> None:
    assert to_utf8(raw, name) == (None if text is None else text.encode())


@given(st.text(alphabet=st.characters(min_codepoint=0x410, max_codepoint=0x44F), min_size=4))
def test_cyrillic_is_not_mistaken_for_utf8(text: str) -> None:
    for name in ("cp1251", "koi8-r"):
        assert to_utf8(text.encode(name), name) == text.encode()
    # with a lower-case letter at the end, as words have
    assert to_utf8((text + "я").encode("iso8859-5"), "iso8859-5") == (text + "я").encode()


def test_ascii_compatible() -> None:
    assert all(map(ascii_compatible, ("utf-8", "cp1252", "koi8-r", "gb18030", "shift_jis")))
    assert not any(map(ascii_compatible, ("utf-16-le", "utf-32-be", "iso2022_jp", "utf-7", "hz")))


def test_neighbours_do_not_change_how_an_element_is_read(guide: Guide) -> None:
    """UTF-8 and ISO-8859-1 mixed in one file: each element is decoded on its own, in any order."""
    for name, order in (("a", (0, 1)), ("b", (1, 0))):
        shows = [
            show(name, NOON + 3600 * n, None, "Crêpe").encode(("utf-8", "latin-1")[order[n]]) for n in (0, 1)
        ]
        body = feed([]).replace(b"UTF-8", b"ISO-8859-1").replace(b"</tv>", b"".join(shows) + b"</tv>")
        guide.load(name, body)
    assert {row["title"] for row in guide.rows()} == {"Crêpe"}
