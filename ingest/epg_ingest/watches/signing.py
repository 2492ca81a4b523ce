"""The signature of webhooks by the Standard Webhooks convention: a receiver can tell who sent a message, and drop a copy.

webhook-id: msg_…                   the same for every attempt of one message
webhook-timestamp: 1795348800       of the attempt, epoch seconds
webhook-signature: v1,BASE64        HMAC-SHA256 of `id.timestamp.body`
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
#: bytes of a key; the convention wants 24 to 64
LEAST, MOST, USUAL = 24, 64, 32


def new_secret() -> str:
    """A secret that nobody has."""
    return PREFIX + base64.b64encode(secrets.token_bytes(USUAL)).decode()


def new_message_id() -> str:
    """An id that no other message has."""
    return f"msg_{secrets.token_hex(12)}"


def key_of(secret: str) -> bytes:
    """The key in a secret. Raises ValueError, in one line that does not hold it."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(PREFIX) or not LEAST <= len(key) <= MOST:
        raise ValueError(f"the secret must be {PREFIX} and then {LEAST} to {MOST} bytes in base64")
    return key


def signed_headers(secret: str, message_id: str, moment: int, body: bytes) -> dict[str, str]:
    """The headers of an attempt at `moment` (epoch seconds). Raises ValueError for a secret that is none."""
    content = f"{message_id}.{moment}.".encode() + body
    digest = hmac.new(key_of(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
