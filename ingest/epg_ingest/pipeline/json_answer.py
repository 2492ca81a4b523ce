"""Answers in JSON, by their first bytes: whether one is, and what it says is wrong. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

#: fields of JSON answers that say what is wrong, in this order
_FIELDS = (
    "error_description", "error_message", "error", "errors", "message", "msg", "detail", "reason",
)  # fmt: skip
_STRING = r'"((?:[^"\\]|\\.){1,1000})'
_SCALAR = re.compile(rb'\s*(?:null|true|false|-?\d{1,30}(?:\.\d{1,30})?|"[^"\n]{0,4000}")\s*$')
#: JSONP: a call of a function with JSON
_CALL = re.compile(rb"(?:/\*\*/)?\s*[\w$.]{1,100}\s?\(\s*(?=[\[{\"])")


def is_json(head: bytes) -> bool:
    """Whether an answer that begins with `head` is JSON, or JSON in a call of a function (JSONP)."""
    return head.startswith((b"{", b"[")) or bool(_SCALAR.match(head) or _CALL.match(head))


def json_error(head: bytes) -> str:
    """What a JSON answer says is wrong, "" if it says nothing. `head` may be only its beginning."""
    call = _CALL.match(head)
    text = head[call.end() if call else 0 :].decode("utf-8", "replace")
    try:
        return _message(json.JSONDecoder().raw_decode(text.lstrip())[0], 4)
    except (ValueError, RecursionError):
        pass  # cut off, or no JSON: the fields are looked for in the text
    for field in _FIELDS:
        found = re.search(rf'"{field}"\s{{0,9}}:\s{{0,9}}{_STRING}', text, re.IGNORECASE)
        if found:
            return found[1]
    return ""


def _message(value: Any, depth: int) -> str:
    """The text in the first field of `_FIELDS`, or in objects and lists up to `depth` levels below it."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        inner = value[:3] if depth else []
    elif isinstance(value, dict):
        lower = {key.lower(): item for key, item in value.items()}
        inner = [lower[field] for field in _FIELDS if field in lower]
        inner += [item for item in value.values() if isinstance(item, dict)]
    else:
        return ""
    return next((text for item in inner if depth and (text := _message(item, depth - 1))), "")
