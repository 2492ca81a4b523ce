"""The form of a refusal: JSON for programs, one line of text on Datasette's own pages."""

import sqlite3

from .answer import Answer, Refused

TEXT = "text/plain; charset=utf-8"
MISTAKE = "the server made a mistake; its log has the details"
PROGRAMS_ASK = ("/api", "/health", "/metrics", "/-/readyz")

#: what Datasette raises for `?_timelimit=x`, `?_through={}` and two statements in one `?_where=`
ASKED_WRONGLY = (
    ValueError,
    KeyError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.Warning,
    AssertionError,
)


def is_api(path: str) -> bool:
    """Whether programs use this address, so that every error has the shape of the API's (contract, section 7)."""
    return any(path == start or path.startswith(start + "/") for start in PROGRAMS_ASK)


def speaks_json(path: str) -> bool:
    return is_api(path) or path.endswith(".json")


def refusal(path: str, refused: Refused) -> Answer:
    """`refused` in the form that suits `path`."""
    if speaks_json(path):
        return refused.answer()
    body = f"{refused.status} {refused.message}\n".encode()
    return Answer(body, refused.status, TEXT, dict(refused.headers))


def _names_nothing(error: Exception) -> bool:
    """Whether SQLite does not know a column. Its other errors of this kind are ours: a lock, a disk."""
    return isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such column")


def understood(error: Exception, asked: bool = False) -> Refused:
    """Any exception as a refusal. The client sees its text only where that was written for clients, as it may name files.

    `asked` says whether Datasette read a part of the request without checking it. Then the client may have caused an
    exception that nobody foresaw.
    """
    if isinstance(error, Refused):
        return error
    status = getattr(error, "status", None)
    if isinstance(status, int) and 400 <= status < 500:
        message = getattr(error, "message", None) or (error.args[0] if error.args else "")
        return Refused(status, str(message) or f"status {status}")
    if type(error).__name__ == "QueryInterrupted":
        return Refused(400, "the SQL took too long")
    if asked and (isinstance(error, ASKED_WRONGLY) or _names_nothing(error)):
        return Refused(400, "this address makes no sense")
    return Refused(500, MISTAKE)
