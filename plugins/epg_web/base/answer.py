"""What a request gets: an `Answer`, or `Refused` with a status and one line that says what is wrong."""

import json
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """`body` is the whole body in `content_type`. `stamp` is what it was made from: it becomes the ETag.

    `max_age` in seconds; None means that nobody may keep it (`no-store`). `until` is the epoch second from which it
    is no longer right although nothing was imported, None when only an import can change it.
    """

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    stamp: str | None = None
    generation: int | None = None
    max_age: int | None = None
    until: float | None = None


class Refused(Exception):
    """A request that is not answered. `errors` are all things wrong with it, `message` the first or a summary."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: list[str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message = status, message
        self.errors = errors or [message]
        self.headers = headers or {}

    def answer(self) -> Answer:
        """In the one shape of errors (contract, section 7)."""
        shape = {"ok": False, "error": self.message, "errors": self.errors, "status": self.status}
        return Answer(dump(shape), self.status, headers=dict(self.headers))


def dump(value: object) -> bytes:
    """JSON as SQLite writes it: no blanks, text as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def unauthorized(message: str = "this needs a token: send Authorization: Bearer TOKEN") -> Refused:
    return Refused(401, message, headers={"WWW-Authenticate": "Bearer"})
