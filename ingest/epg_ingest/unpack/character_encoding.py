"""The character encoding of a feed, found by its bytes first and by its XML declaration second."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: a `<` in encodings that use several bytes for it, in a document without a byte order mark
_BARE = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([^"'<>&\x00-\x1f\x7f-\xff]{1,600}?)\s*["']""", re.IGNORECASE
)
#: encodings in which `<`, `>` and quotes may have other bytes than in ASCII: such feeds are transcoded before splitting
_NOT_ASCII = ("utf-16", "utf-32", "utf-7", "iso2022", "hz", "cp037", "cp500", "cp1140")
#: Python codecs that read ASCII but are no encodings of documents
_NO_TEXT = ("idna", "punycode", "unicode_escape", "raw_unicode_escape")
#: encodings that browsers know and do not decode as text, or not as others do
_NOT_DECODED = ("replacement", "x-user-defined")
_LONGEST_LABEL = 60
_SAMPLE = b"""<?xml version='1.0' encoding="x"?><tv>&#38;[]</tv>"""


def detect(head: bytes, charset: str | None = None) -> tuple[str, int, str | None]:
    """The encoding of a feed, from its first bytes and the `charset` of its Content-Type.

    Returns the Python codec name, the number of bytes in the byte order mark, and the declared encoding if it is ignored
    (unknown, or contradicted by the bytes), else None.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, len(mark), None
    for pattern, name in _BARE:
        if head.startswith(pattern):
            return name, 0, None
    found = _DECLARED.search(head[:1024])
    declared = found.group(1).decode("ascii") if found else None
    if declared and (known := _ascii_codec(declared)):
        return known, 0, None
    return _of_charset(head, charset), 0, declared and declared[:_LONGEST_LABEL]


def _ascii_codec(label: str) -> str | None:
    """The codec of a label; None if it is unknown, or if markup in it is not ASCII: the label, or the markup, was."""
    if len(label) > _LONGEST_LABEL:
        return None
    try:
        name = _codec(label)
        # `hex` and `zip` fail here as well
        honest = _SAMPLE.decode(name) == _SAMPLE.decode("ascii") and name.replace("-", "_") not in _NO_TEXT
    except (LookupError, ValueError):
        return None
    return name if honest else None


def _of_charset(head: bytes, charset: str | None) -> str:
    """The codec of the `charset` of an answer, UTF-8 if it is none, or if `head` has more characters in UTF-8 than other bytes.

    Many servers send a `charset` of their own choice for all files. So it counts less than a declaration.
    """
    name = _ascii_codec(charset) if charset else None
    if name is None or name == "utf-8":
        return "utf-8"
    text = head.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    return "utf-8" if sum(character > "\x7f" for character in text) > 2 * wrong else name


def _codec(label: str) -> str:
    """The Python codec of a label. Raises `LookupError` for an unknown one.

    A label means what it means to browsers (https://encoding.spec.whatwg.org): programs write `gb2312` and `iso-8859-1` where
    they mean the larger encodings that have taken their place. Labels that only Python knows, such as `latin-1` and `cp437`,
    count too, and so do those of browsers with other dashes and blanks, or with `win` (`win-1251`).
    """
    if label.lower() == "utf-8":
        return "utf-8"
    import webencodings  # takes 15 ms, and most feeds are in UTF-8

    found = webencodings.lookup(label)
    if found is None:
        squashed = re.sub(r"^win(?=\d)", "windows", re.sub("^(?=8859)", "iso", _squashed(label)))
        found = {_squashed(name): webencodings.lookup(name) for name in webencodings.LABELS}.get(squashed)
    if found is None:
        python = codecs.lookup(label).name
        found = webencodings.lookup(python) or webencodings.lookup(python.replace("_", "-"))
        if found is None:
            return "utf-8" if python == "utf-8-sig" else python
    if found.name in _NOT_DECODED:
        return codecs.lookup(label).name
    return "gb18030" if found.name == "gbk" else found.codec_info.name


def _squashed(label: str) -> str:
    return re.sub("[^a-z0-9]", "", label.lower())


def ascii_compatible(encoding: str) -> bool:
    """Whether markup can be found in the raw bytes of this encoding."""
    return not encoding.startswith(_NOT_ASCII)


def readable(head: bytes, encoding: str) -> bytes:
    """The first bytes of a document in UTF-8; as they are, if they should be that."""
    return head if encoding == "utf-8" else head.decode(encoding, "replace").encode("utf-8", "replace")


def transcode(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Blocks in UTF-8 from blocks in `encoding`. Bytes that cannot be decoded become U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in blocks:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", True).encode("utf-8", "replace")


def to_utf8(raw: bytes, encoding: str) -> bytes | None:
    """`raw`, which is declared to be in `encoding`, as UTF-8; None if it cannot be decoded.

    Bytes that are valid UTF-8 are taken for UTF-8 whatever the declaration says. Wrong declarations are common, and text in a
    one-byte encoding is almost never valid UTF-8. (In ISO-8859-5 a few words in capitals are; a word that ends in a lower-case
    letter never is.)
    """
    if raw.isascii():
        return raw
    if _is_utf8(raw):
        return raw
    try:
        return decode(raw, encoding).encode("utf-8")
    except UnicodeError:
        return None


def decode(raw: bytes, encoding: str, errors: str = "strict") -> str:
    """`raw` in a declared encoding, without C1 controls where the bytes mean characters. Raises `UnicodeError`.

    No guide uses the C1 controls of an ISO-8859 encoding. Their bytes come from the windows code page that took its place.
    Most of them are the same in all code pages (quotes, dashes). One that is a letter shows that all of `raw` is in that code
    page.
    """
    text = raw.decode(encoding, errors)
    controls = "".join(sorted(set(_C1_CHARACTER.findall(text))))
    if not controls:
        return text
    page = _CODE_PAGES.get(encoding, "cp1252")
    meant = [bytes([ord(control)]).decode(page, "ignore") or control for control in controls]
    if encoding in _CODE_PAGES and any(map(str.isalpha, meant)):
        with suppress(UnicodeError):
            return raw.decode(page)
    return text.translate({ord(control): char for control, char in zip(controls, meant, strict=True)})


#: The two halves of a surrogate pair, each encoded as if it were a character (CESU-8). Programs with UTF-16 strings do that.
_SURROGATES = re.compile(rb"\xed([\xa0-\xaf])([\x80-\xbf])\xed([\xb0-\xbf])([\x80-\xbf])")
#: one half alone, which stands for nothing
_HALF = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
#: U+0080 to U+009F in UTF-8: controls that no guide uses. They come from bytes in windows-1252 that were read as ISO-8859-1.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_C1_CHARACTER = re.compile("[\x80-\x9f]")
#: The code pages that programs use in place of ISO-8859, by the Python name. `webencodings` has 1, 9 and 11.
_CODE_PAGES = {
    "iso8859-2": "cp1250", "iso8859-3": "cp1254", "iso8859-4": "cp1257", "iso8859-5": "cp1251", "iso8859-6": "cp1256",
    "iso8859-7": "cp1253", "iso8859-8": "cp1255", "iso8859-10": "cp1257", "iso8859-13": "cp1257", "iso8859-14": "cp1252",
    "iso8859-15": "cp1252", "iso8859-16": "cp1250",
}  # fmt: skip
#: references to them
_C1_REFERENCE = re.compile(rb"&#(?:0{0,6}(1(?:2[89]|[345][0-9]))|[xX]0{0,6}([89][0-9A-Fa-f]));")
#: what HTML takes them for: the character that the byte is in windows-1252, where it is one
_FROM_C1 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def mend_characters(raw: bytes, encoding: str) -> bytes:
    """An element with characters as they were meant; `raw` itself, the same object, if there is nothing to mend.

    Surrogate pairs in UTF-8 become the character that they stand for, and half a pair U+FFFD. C1 controls become what HTML
    takes them for, so `Don&#146;t` becomes `Don’t`. `encoding` is the declared one; the result is in the encoding that `raw`
    was in, which may be UTF-8 whatever is declared.
    """
    text = raw
    if b"\xed" in text and _HALF.search(text):
        joined = _HALF.sub("\ufffd".encode(), _SURROGATES.sub(_joined_pair, text))
        text = joined if encoding == "utf-8" or _is_utf8(joined) else text
    if _C1.search(text) and _is_utf8(text):
        text = _C1.sub(lambda found: _FROM_C1[found[0][1]].encode(), text)
    if b"&#" in text and _C1_REFERENCE.search(text):
        text = _with_references(text)
    return raw if text == raw else text


def _joined_pair(found: re.Match[bytes]) -> bytes:
    high, low = ((found[part][0] & 0x3F) << 6 | found[part + 1][0] & 0x3F for part in (1, 3))
    return chr(0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)).encode()


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _with_references(text: bytes) -> bytes:
    """References to C1 controls replaced, but not in CDATA sections, where `&` is a character like any other."""
    first, *others = text.split(b"<![CDATA[")
    parts = [_C1_REFERENCE.sub(_meant, first)]
    for other in others:
        section, end, rest = other.partition(b"]]>")
        parts.append(section + end + _C1_REFERENCE.sub(_meant, rest))
    return b"<![CDATA[".join(parts)


def _meant(found: re.Match[bytes]) -> bytes:
    code = int(found[1]) if found[1] else int(found[2], 16)
    return b"&#%d;" % ord(_FROM_C1[code])
