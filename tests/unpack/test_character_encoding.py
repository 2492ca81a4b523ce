"""What the bytes are encoded in. Whole feeds in many encodings are in data/encoding-*.xml."""

from __future__ import annotations

import codecs
import re

import pytest
from epg_ingest.unpack.character_encoding import (
    ascii_compatible,
    decode,
    detect,
    mend_characters,
    to_utf8,
    transcode,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.support import NOON, Guide, feed, show

#: controls that XML allows and nobody means
C1 = re.compile("[\x80-\x9f]")


def declared(name: str) -> bytes:
    return f'<?xml version="1.0" encoding="{name}"?><tv>'.encode()


RUSSIAN = "<tv><title>Привет, мир: Вечерние новости</title>"
CZECH = "<tv><title>Žluťoučký kůň</title>"


@pytest.mark.parametrize(
    ("head", "charset", "name", "disbelieved"),
    [
        (RUSSIAN.encode("cp1251"), "windows-1251", "cp1251", None),
        (b"<?xml version='1.0'?>" + RUSSIAN.encode("koi8-r"), "KOI8-R", "koi8-r", None),
        (CZECH.encode("iso8859_2"), "iso-8859-2", "iso8859-2", None),
        ("<tv>日本語の番組".encode("cp932"), "shift_jis", "cp932", None),
        ("<tv>日本語".encode("iso2022_jp"), "iso-2022-jp", "iso2022_jp", None),
        (b"<tv>", "windows-1251", "cp1251", None),
        # valid UTF-8 stays what it is, also where a few bytes are broken
        (RUSSIAN.encode(), "windows-1251", "utf-8", None),
        (CZECH.encode() + b"\xe9", "iso-8859-1", "utf-8", None),
        (RUSSIAN.encode() + b"\xff" * 3, "windows-1251", "utf-8", None),
        # a declaration and a mark say more
        (declared("iso-8859-5") + RUSSIAN.encode("iso8859_5"), "windows-1251", "iso8859-5", None),
        (declared("utf-8") + CZECH.encode("cp1250"), "iso-8859-1", "utf-8", None),
        (codecs.BOM_UTF8 + RUSSIAN.encode(), "windows-1251", "utf-8", None),
        (RUSSIAN.encode("utf-16"), "windows-1251", "utf-16-le", None),
        # unless the declaration is unknown
        (declared("x-nonsense") + RUSSIAN.encode("cp1251"), "cp1251", "cp1251", "x-nonsense"),
        # no encoding of markup in ASCII
        (b"<tv>\xe9", "utf-16", "utf-8", None),
        (b"<tv>\xe9", "x-nonsense", "utf-8", None),
        (b"<tv>\xe9", "hex", "utf-8", None),
        (b"<tv>\xe9", "utf-8", "utf-8", None),
        (b"<tv>\xe9", "", "utf-8", None),
    ],
)
def test_the_charset_of_an_answer(head: bytes, charset: str, name: str, disbelieved: str | None) -> None:
    found, _, unknown = detect(head, charset)
    assert (found, unknown) == (name, disbelieved)


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
        (declared("ISO-8859-1"), "cp1252", 0, None),
        (declared("Windows-1252"), "cp1252", 0, None),
        (declared("GB2312"), "gb18030", 0, None),
        (b"<?xml version='1.0' encoding = 'koi8-r' standalone='yes' ?>", "koi8-r", 0, None),
        (declared("iso-2022-jp"), "iso2022_jp", 0, None),
        # labels mean what browsers mean
        (declared("latin1"), "cp1252", 0, None),
        (declared("us-ascii"), "cp1252", 0, None),
        (declared("ISO_8859-1:1987"), "cp1252", 0, None),
        (declared("iso-8859-9"), "cp1254", 0, None),
        (declared("tis-620"), "cp874", 0, None),
        (declared("GBK"), "gb18030", 0, None),
        (declared("chinese"), "gb18030", 0, None),
        (declared("Shift_JIS"), "cp932", 0, None),
        (declared("x-sjis"), "cp932", 0, None),
        (declared("ms_kanji"), "cp932", 0, None),
        (declared("euc-kr"), "cp949", 0, None),
        (declared("ks_c_5601-1987"), "cp949", 0, None),
        (declared("big5"), "big5hkscs", 0, None),
        (declared("utf8"), "utf-8", 0, None),
        (declared(" UTF-8 "), "utf-8", 0, None),
        (declared("\tx-SJIS\n"), "cp932", 0, None),
        (declared("  Latin1"), "cp1252", 0, None),
        (declared("unicode-1-1-utf-8"), "utf-8", 0, None),
        # those that only Python knows
        (declared("latin-1"), "cp1252", 0, None),
        (declared("euc-cn"), "gb18030", 0, None),
        (declared("euc_kr"), "cp949", 0, None),
        (declared("windows 1252"), "cp1252", 0, None),
        (declared("utf-8-sig"), "utf-8", 0, None),
        (declared("cp437"), "cp437", 0, None),
        # with other dashes and blanks
        (declared("windows1251"), "cp1251", 0, None),
        (declared("win-1251"), "cp1251", 0, None),
        (declared("Win1250"), "cp1250", 0, None),
        (declared("cp-1253"), "cp1253", 0, None),
        (declared("iso 8859 2"), "iso8859-2", 0, None),
        (declared("8859-7"), "iso8859-7", 0, None),
        (declared("Shift JIS"), "cp932", 0, None),
        (declared("KOI8R"), "koi8-r", 0, None),
        (declared("hz-gb-2312"), "hz", 0, None),
        # contradicted by the bytes, unknown, or no encoding of text
        (declared("utf-16"), "utf-8", 0, "utf-16"),
        (declared("cp037"), "utf-8", 0, "cp037"),
        (declared("unicode"), "utf-8", 0, "unicode"),
        (declared("ucs-2"), "utf-8", 0, "ucs-2"),
        (declared("x-klingon"), "utf-8", 0, "x-klingon"),
        (declared("windows-1299"), "utf-8", 0, "windows-1299"),
        (declared("win"), "utf-8", 0, "win"),
        (declared("x" * 61), "utf-8", 0, "x" * 60),
        (declared("UTF-8, but not always " * 20), "utf-8", 0, ("UTF-8, but not always " * 20)[:60]),
        (declared(" UTF-8; x"), "utf-8", 0, "UTF-8; x"),
        (declared("utf8mb4"), "utf-8", 0, "utf8mb4"),
        (declared("x-user-defined"), "utf-8", 0, "x-user-defined"),
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


@pytest.mark.parametrize(
    ("label", "title", "bytes_"),
    [
        ("gb2312", "朱镕基和喆", "朱镕基和喆".encode("gbk")),
        ("GB_2312-80", "瑞恩・冈萨雷斯 镕", "瑞恩・冈萨雷斯 镕".encode("gb18030")),
        ("iso-8859-1", "Don’t – “stop” for 5 €…", "Don’t – “stop” for 5 €…".encode("cp1252")),
        ("latin1", "Œuvre", b"\x8cuvre"),
        ("us-ascii", "Café", b"Caf\xe9"),
        ("iso-8859-9", "İşte €", "İşte €".encode("cp1254")),
        ("Shift_JIS", "①髙﨑㈱～", "①髙﨑㈱～".encode("cp932")),
        ("x-sjis", "Ⅱ部", "Ⅱ部".encode("cp932")),
        ("EUC-KR", "똠방각하 펲시콜라", "똠방각하 펲시콜라".encode("cp949")),
        (" ks_c_5601-1987 ", "썅 뷁", "썅 뷁".encode("cp949")),
        ("Big5", "香港電視", "香港電視".encode("big5hkscs")),
        ("TIS-620", "ข่าว…", "ข่าว…".encode("cp874")),
        ("utf8", "Жизнь", "Жизнь".encode()),
    ],
)
def test_feeds_in_the_encodings_of_the_web(guide: Guide, label: str, title: str, bytes_: bytes) -> None:
    body = feed([show("one", NOON, NOON + 3600, "TITLE")], [("one", "One")])
    row = guide.load("p", body.replace(b"UTF-8", label.encode()).replace(b"TITLE", bytes_))
    assert [found["title"] for found in guide.rows()] == [title]
    assert guide.problems(row) == {}


@pytest.mark.parametrize(
    ("written", "title", "code"),
    [
        # C1 controls: bytes of windows-1252 in a feed in UTF-8, characters that they were turned into, references
        (b"Don\x92t", "Don’t", "badutf8"),
        ("Don\x92t".encode(), "Don’t", "badutf8"),
        ("\x93Élan\x94 \x85 \x80 5".encode(), "“Élan” … € 5", "badutf8"),
        (b"Don&#146;t", "Don’t", "badutf8"),
        (b"Don&#x92;t &#150; no", "Don’t – no", "badutf8"),
        (b"&#X93;Quoted&#0148;", "“Quoted”", "badutf8"),
        (b"<![CDATA[Don&#146;t]]> &#146;", "Don&#146;t ’", "badutf8"),
        (b"Don&amp;#146;t", "Don&#146;t", None),
        ("« 5 ° »".encode(), "« 5 ° »", None),
        (b"Caf\xc3\xa9 &#233;&#160;!", "Café é\xa0!", None),
        # surrogate pairs, as bytes and as references
        (b"Smile \xed\xa0\xbd\xed\xb8\x80", "Smile 😀", "badutf8"),
        (b"\xed\xa0\xb5\xed\xb2\x9e \xc3\xa9", "𝒞 é".replace("𝒞", "\U0001d49e"), "badutf8"),
        (b"half \xed\xa0\xbd only", "half \ufffd only", "badutf8"),
        ("Großes Kino ".encode() + b"\xed\xa0\xbc\xed\xbe\xac", "Großes Kino 🎬", "badutf8"),
        (b"Smile &#xD83D;&#xDE00;", "Smile 😀", "badchar"),
        (b"Smile &#55357;&#56832;!", "Smile 😀!", "badchar"),
        (b"Smile &#xd83d;&#56832;", "Smile 😀", "badchar"),
        (b"both \xed\xa0\xbd\xed\xb8\x80 \x92", "both 😀 ’", "badutf8"),
    ],
)
def test_characters_are_read_as_they_were_meant(
    guide: Guide, written: bytes, title: str, code: str | None
) -> None:
    body = feed([show("one", NOON, NOON + 3600, "TITLE")], [("one", "One")]).replace(b"TITLE", written)
    row = guide.load("p", body)
    assert [found["title"] for found in guide.rows()] == [title]
    assert guide.problems(row) == ({code: 1} if code else {})
    again = guide.load("p", body, force=True)
    assert (again["programs_updated"], guide.problems(again)) == (0, guide.problems(row))


@pytest.mark.parametrize(
    ("label", "bytes_", "title"),
    [
        ("iso-8859-2", b"Don\x92t", "Don’t"),
        ("iso-8859-4", b"\x93Don\x92t\x94", "“Don’t”"),
        ("iso-8859-5", "Дон".encode("iso8859-5") + b"\x92t \x96 \x85", "Дон’t – …"),
        ("iso-8859-7", b"5 \x80", "5 €"),
        ("iso-8859-8", b"\x84\xf9\x94", "„ש”"),
        ("iso-8859-15", b"Don\x92t \x85", "Don’t …"),
        ("iso-8859-15", b"\xa4 5 \x96 \xbd", "€ 5 – œ"),
        ("iso-8859-16", b"\x85 Don\x92t", "… Don’t"),
        ("latin2", "šť – „ž“".encode("cp1250"), "šť – „ž“"),
        # a letter among them: all of it is in the code page
        ("iso-8859-2", "Žluťoučký, ľahko a ąść".encode("cp1250"), "Žluťoučký, ľahko a ąść"),
        ("iso-8859-5", "Љубав и Ђорђе".encode("cp1251"), "Љубав и Ђорђе"),
        ("iso-8859-15", "Šimůnek".replace("ů", "u").encode("cp1252"), "Šimunek"),
        # without, the bytes of ISO-8859 stay what they are
        ("iso-8859-2", "šťáva ľ".encode("iso8859-2"), "šťáva ľ"),
        ("iso-8859-2", "šťáva ".encode("iso8859-2") + b"\x96 ano", "šťáva – ano"),
        ("koi8-r", "Жизнь".encode("koi8-r"), "Жизнь"),
    ],
)
def test_c1_bytes_are_those_of_the_code_page(guide: Guide, label: str, bytes_: bytes, title: str) -> None:
    programmes = [show("one", NOON + 3600 * n, NOON + 3600 * (n + 1), "TITLE") for n in range(2)]
    body = feed(programmes, [("one", "TITLE")]).replace(b"UTF-8", label.encode())
    # one in good order, one that is repaired
    body = body.replace(b"</title>", b"</title><desc>", 1).replace(b"TITLE", bytes_)
    guide.load("p", body)
    assert [found["title"] for found in guide.rows()] == [title, title]
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": title}]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "iso8859-15", "utf-8"])
def test_a_next_line_is_no_blank(guide: Guide, encoding: str) -> None:
    """U+0085 is a blank to Python, and an ellipsis to everybody who writes it."""
    body = feed([show("one", NOON, NOON + 3600, "And then \x85")], [("one", "One")]).decode()
    body = body.replace("UTF-8", encoding.removesuffix("-le").replace("iso8859", "iso-8859"))
    guide.load("p", codecs.BOM_UTF16_LE * encoding.startswith("utf-16") + body.encode(encoding))
    assert [found["title"] for found in guide.rows()] == ["And then …"]


def test_an_unknown_label_of_any_length_is_reported(guide: Guide) -> None:
    body = feed([show("one", NOON, NOON + 3600, "T")], [("one", "One")]).replace(b"UTF-8", b"x" * 200)
    assert guide.problems(guide.load("p", body)) == {"badencoding": 1}


@given(st.binary(), st.sampled_from(["iso8859-2", "iso8859-7", "iso8859-15", "koi8-r", "gb18030", "cp1252"]))
def test_decode_leaves_no_meant_control(raw: bytes, encoding: str) -> None:
    text = decode(raw, encoding, "replace")
    assert "\x85" not in text
    assert len(text) == len(raw.decode(encoding, "replace"))


def test_names_of_channels_too(guide: Guide) -> None:
    body = feed([show("one", NOON, NOON + 3600, "T")], [("one", "NAME")]).replace(b"NAME", b"Kid\xc2\x92s")
    guide.load("p", body)
    assert guide.rows("SELECT display_name FROM channels") == [{"display_name": "Kid’s"}]


def test_an_encoding_that_is_no_utf8_keeps_its_bytes() -> None:
    for raw in ("Â’".encode("cp1252"), "í\xa0½í¸€ü".encode("cp1252")):
        assert mend_characters(b"\xe9" + raw, "cp1252") == b"\xe9" + raw


@given(st.text())
def test_only_what_needs_it_is_mended(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    mended = mend_characters(raw, "utf-8")
    assert not C1.search(mended.decode()) or any(c in text for c in "\x81\x8d\x8f\x90\x9d")
    mended.decode("utf-8")
    if not C1.search(text) and not any("\ud800" <= c < "\ue000" for c in text) and "&#" not in text:
        assert mended is raw


@given(st.text())
def test_pairs_of_surrogates_are_characters(text: str) -> None:
    halves = text.encode("utf-16-le", "surrogatepass")
    units = [halves[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(halves), 2)]
    cesu = "".join(units).encode("utf-8", "surrogatepass")
    plain = "".join("\ufffd" if "\ud800" <= c < "\ue000" else c for c in text)
    assert mend_characters(cesu, "utf-8") == mend_characters(plain.encode(), "utf-8")


@given(st.binary())
def test_mending_takes_any_bytes(raw: bytes) -> None:
    for name in ("utf-8", "cp1252", "gb18030"):
        mend_characters(raw, name)
