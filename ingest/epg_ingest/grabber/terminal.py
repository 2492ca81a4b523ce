"""What the grabber says to people and asks them: on standard error, one line each, without secrets and control characters."""

from __future__ import annotations

import re
import sys

from ..core.errors import UsageError
from ..core.redact import redact_url, secrets_of
from ..settings.logs import hide, masked

#: the path of an address: the place of a site on its host, which is no secret
_PATH = re.compile(r"([^/?#]*://[^/?#]*)[^?#]*")
#: `user:password@host`, an address whose beginning was forgotten
_BARE = re.compile(r"[^/\\\s]*:[^/\\\s]*@")


def hide_secrets(source: str, token: str = "", *, is_url: bool = False) -> None:
    """From now on, mask the token, and the password and the query in a source, in everything that `complain` prints.

    A source without a scheme is the path of a database, unless it `is_url` or looks like `user:password@host`.
    """
    if "://" not in source and (is_url or _BARE.match(source)):
        source = f"http://{source}"
    if "://" in source:
        hide(secrets_of(_PATH.sub(r"\1/", source)))
    if token:
        hide([token])


def complain(program: str, message: str) -> None:
    """Print an error or a remark as one line."""
    tell(f"{program}: {masked(message)}")


def tell(text: str) -> None:
    """Print a line."""
    print(clean(text), file=sys.stderr)


def clean(text: str) -> str:
    """`text` on one line. What a terminal would obey, such as an escape sequence, becomes blanks."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def shown(source: str) -> str:
    """A source as it may be shown: of an address its site only. What `hide_secrets` was told is masked."""
    return redact_url(source) if "://" in source else masked(source)


def asked(question: str) -> str:
    """The answer to a question, a line of standard input. Raises `EOFError` at its end, and `UsageError` if it is no text."""
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return input()
    except UnicodeDecodeError:
        raise UsageError("the answer is not text in UTF-8; write it again") from None


def asked_secretly(question: str) -> str:
    """As `asked`, but a terminal does not show what is typed."""
    if not sys.stdin.isatty():
        return asked(question)
    import getpass

    return getpass.getpass(question, stream=sys.stderr)
