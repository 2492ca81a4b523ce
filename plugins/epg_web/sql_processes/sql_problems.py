"""What a statement may raise, as a message to the web server: its class and its text."""

import sqlite3

#: what is the statement's fault, or that of its values
PROBLEMS = (MemoryError, sqlite3.Error, sqlite3.Warning, ValueError, TypeError, OverflowError)


def error(kind: str, text: str) -> tuple[str, str, str]:
    return "error", kind, text


def told(problem: Exception) -> tuple[str, str, str]:
    """One of `PROBLEMS` as ("error", class, text)."""
    if isinstance(problem, MemoryError):
        return error("OperationalError", "out of memory: this builds more than a visitor's SQL may")
    return error(type(problem).__name__, str(problem))
