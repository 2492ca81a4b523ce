"""Signed-in browsers: a session belongs to the value of a token, and ends with it or when somebody signs out.

The cookie is Datasette's `ds_actor`, with two more keys that Datasette ignores: `t`, a keyed hash of the token, and `s`, a
random name of the session. The names of sessions that were ended are kept in a file beside the database, so that all
processes know them, also after a restart. Cookies without these keys are of other plugins, and left alone.
"""

import hashlib
import hmac
import logging
import os
import secrets
import time
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from .http import Scope
from .instance_names import DATABASE

#: how long a sign-in lasts
DAYS = 30
COOKIE = "ds_actor"
SUFFIX = ".signed-out"
logger = logging.getLogger("datasette_epg")


def tokens(datasette: Any) -> list[dict[str, Any]]:
    """The tokens that work. A variable that is not set gives none."""
    entries = (datasette.plugin_config("datasette-auth-tokens") or {}).get("tokens") or []
    return [entry for entry in entries if isinstance(entry.get("token"), str) and entry["token"]]


def fingerprint(datasette: Any, token: str) -> str:
    """A hash of a token that nobody can compute, or try tokens against, without the server's secret."""
    return hmac.new(datasette._secret.encode(), b"session\0" + token.encode(), hashlib.sha256).hexdigest()[
        :32
    ]


def new_session(datasette: Any, actor: Any, token: str) -> str:
    """The value of the cookie for `actor`, who has just shown `token`."""
    from datasette.utils import baseconv

    end = baseconv.base62.encode(int(time.time()) + DAYS * 86_400)
    session = {"a": actor, "e": end, "t": fingerprint(datasette, token), "s": secrets.token_urlsafe(12)}
    return str(datasette.sign(session, "actor"))


class EndedSessions:
    """Names of sessions that were ended, as hashes with the time until which they would have lasted, a line each."""

    def __init__(self, database: str) -> None:
        self.path = Path(os.path.realpath(database)).with_suffix(SUFFIX)
        self.stamp: tuple[int, int] | None = None
        self.names: set[str] = set()

    def __contains__(self, name: str) -> bool:
        self._look()
        return hashed(name) in self.names

    def _look(self) -> None:
        try:
            state = self.path.stat()
        except OSError:
            return
        if (state.st_mtime_ns, state.st_size) != self.stamp:
            self.stamp = (state.st_mtime_ns, state.st_size)
            lines = self.path.read_text(encoding="ascii", errors="ignore").splitlines()
            self.names |= {line.split()[0] for line in lines if line.strip()}

    def add(self, name: str) -> None:
        """End a session. Where the file cannot be written, it is ended for this process, and the log says so."""
        self.names.add(hashed(name))
        line = f"{hashed(name)} {int(time.time()) + DAYS * 86_400}\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._forget_old()
            with open(os.open(self.path, flags, 0o600), "a", encoding="ascii") as file:
                file.write(line)
        except OSError as error:
            logger.warning(
                "cannot write %s (%s): a session is ended for this process only", self.path, error.strerror
            )

    def _forget_old(self) -> None:
        """Start anew when the last of the sessions in the file would have ended by itself."""
        lines = (
            self.path.read_text(encoding="ascii", errors="ignore").splitlines() if self.path.exists() else []
        )
        ends = [int(line.split()[-1]) for line in lines if line.strip() and line.split()[-1].isdigit()]
        if ends and max(ends) < time.time():
            self.path.unlink()


def hashed(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]


def ended_sessions(datasette: Any) -> EndedSessions:
    found: EndedSessions | None = getattr(datasette, "_epg_ended", None)
    if found is None:
        found = datasette._epg_ended = EndedSessions(datasette.databases[DATABASE].path or DATABASE)
    return found


def session_in(datasette: Any, scope: Scope) -> dict[str, Any] | None:
    """The session of our own sign-in that the cookies of a request hold; None without one."""
    from itsdangerous import BadData

    cookies = cookies_of(scope)
    if cookies is None or COOKIE not in cookies:
        return None
    try:
        kept = datasette.unsign(cookies[COOKIE].value, "actor")
    except BadData:
        return None
    return kept if isinstance(kept, dict) and "t" in kept else None


def cookies_of(scope: Scope) -> SimpleCookie | None:
    """The cookies of a request; None for none, or for some that cannot be read."""
    given = [value for name, value in scope["headers"] if name == b"cookie"]
    try:
        return SimpleCookie(b"; ".join(given).decode("ascii")) if given else None
    except (UnicodeDecodeError, CookieError):
        return None


def is_alive(datasette: Any, session: dict[str, Any]) -> bool:
    """Whether the token of a session still works for its actor, and nobody has signed out."""
    known = [
        entry for entry in tokens(datasette)
        if hmac.compare_digest(fingerprint(datasette, entry["token"]), str(session["t"]))
    ]  # fmt: skip
    return any(entry.get("actor") == session.get("a") for entry in known) and str(
        session.get("s")
    ) not in ended_sessions(datasette)


def without_session(scope: Scope) -> Scope:
    """The request without the cookie of the session."""
    cookies = cookies_of(scope) or SimpleCookie()
    rest = "; ".join(f"{name}={morsel.coded_value}" for name, morsel in cookies.items() if name != COOKIE)
    headers = [pair for pair in scope["headers"] if pair[0] != b"cookie"]
    return {**scope, "headers": [*headers, (b"cookie", rest.encode("ascii"))] if rest else headers}
