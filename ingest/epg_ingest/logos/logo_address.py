"""Addresses of pictures: which of them can be fetched, and the names that they have in the folder. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256
from urllib.parse import unquote_to_bytes, urlsplit

from ..core.redact import MASK

_WEB = re.compile(r"(?:https?:)?//[^\s/?#\\]", re.IGNORECASE)
_DATA = re.compile(r"data:image/[\w.+-]{1,40}(?P<options>(?:;[\w=.+-]{1,80}){0,8}),(?P<body>.*)", re.I | re.S)


def readable(text: object) -> str | None:
    """The address of a picture in the form in which it is fetched: http, https or `data:`; None for anything else.

    An address that begins with `//` is that of an https site. Control characters and halves of surrogate pairs lead nowhere,
    nor does an address from which the password of a provider was removed.
    """
    if not isinstance(text, str):
        return None
    address = text.strip()
    if not address.isprintable() or MASK in address:
        return None
    if _WEB.match(address):
        return f"https:{address}" if address.startswith("//") else address
    return address if _DATA.fullmatch(address) else None


def key_of(address: str) -> str:
    """The name of an address among files. It tells nothing of the address, which may hold a password."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def host_of(address: str) -> str:
    """The host and port that an address names, "" for one that carries its picture."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2].lower()
    except ValueError:  # brackets around what is no address
        return ""


def carried(address: str) -> bytes | None:
    """The picture that a `data:` address carries, b"" where it is damaged; None for an address that has to be fetched."""
    found = _DATA.fullmatch(address)
    if found is None:
        return None
    body = unquote_to_bytes(found["body"].encode("utf-8", "replace"))
    if ";base64" not in found["options"].lower():
        return body
    try:
        return base64.b64decode(b"".join(body.split()) + b"==")
    except binascii.Error:
        return b""
