"""Secrets are found in texts whatever form they are in, and ordinary texts hold none."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from epg_ingest.core.secret_forms import holds_secret

KEY = "s3cretT0ken99"
BYTES = KEY.encode()
FORMS = {
    "as it is": KEY,
    "upper case": KEY.upper(),
    "full width": "".join(chr(ord(letter) + 0xFEE0) for letter in KEY),
    "cut": KEY[:-4],
    "cut at the front": KEY[4:],
    "spaced": " ".join(KEY),
    "reversed": KEY[::-1],
    "percent": "".join(f"%{byte:02X}" for byte in BYTES),
    "percent twice": quote("".join(f"%{byte:02x}" for byte in BYTES)),
    "decimal references": "".join(f"&#{byte};" for byte in BYTES),
    "JSON": "".join(f"\\u{byte:04x}" for byte in BYTES),
    "Python": "".join(f"\\x{byte:02x}" for byte in BYTES),
    "quoted-printable": "".join(f"={byte:02X}" for byte in BYTES),
    "hex": BYTES.hex(),
    "hex with colons": BYTES.hex(":"),
    "base64": base64.b64encode(BYTES).decode().rstrip("="),
    "base64 within": base64.b64encode(b"u:" + BYTES + b"!").decode(),
    "base64 for addresses": base64.urlsafe_b64encode(b"\xff\xfe" + BYTES).decode(),
    "base64 twice": base64.b64encode(base64.b64encode(BYTES)).decode(),
    "base64 of capitals, reversed": base64.b64encode(KEY.upper().encode()).decode()[::-1],
    "percent of base64": quote(base64.b64encode(BYTES).decode(), safe=""),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("around", ["{}", "Invalid key {} for this account", 'x="{}"'])
def test_forms_of_a_secret(form: str, around: str) -> None:
    assert holds_secret(around.format(FORMS[form]), [KEY, "other"])
    assert not holds_secret(around.format(FORMS[form]), ["Zq8-unlike-it"])


@pytest.mark.parametrize(
    "text",
    ["Account expired", "404 Not Found", "no such user", "", "Доступ запрещён", "x" * 9000, "s3cr… (4 of 13)",
     '"5f3a-18c92b7d4411e"', "Sat, 28 Nov 2026 20:44:22 GMT", "&#xzz; %zz \\uzzzz ="],
)  # fmt: skip
def test_ordinary_texts(text: str) -> None:
    assert not holds_secret(text, [KEY, f"Bearer {KEY}", "20261122", ""])
    assert not holds_secret(text, [])


@pytest.mark.parametrize(
    ("secret", "text", "held"),
    [
        ("pw", "the word pw", True), ("1234", "pin 1234", True), ("1234", "in 1235", False),
        ("20261122", "of 2026-11-22", True), ("20261122", "in 2026", False), ("löng pass", "L%C3%96NG+PASS", True),
        ("a/b&c@d1", "a%2Fb%26c%40d1", True),
    ],
)  # fmt: skip
def test_short_and_odd_secrets(secret: str, text: str, held: bool) -> None:
    assert holds_secret(text, [secret]) is held
