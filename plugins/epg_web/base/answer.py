"""The outcome of a request: an `Answer`, or `Refused` with a status and one line that says what is wrong."""

import json
from dataclasses import dataclass, field

JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """`body` is the whole body in `content_type`. `stamp` names the state it was made from and becomes the ETag.

    `max_age` is in seconds; None means that nobody may keep the answer (`no-store`). `until` is the epoch second from
    which it is out of date even without an import; None where only an import can change it. With `immutable`, its address never
    gives anything else. A `personal` answer is for the client alone, which asks before it uses its copy.
    """

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    stamp: str | None = None
    generation: int | None = None
    max_age: int | None = None
    until: float | None = None
    immutable: bool = False
    personal: bool = False


class Refused(Exception):
    """A request that is refused. `errors` lists everything that is wrong with it; `message` is the first or a summary."""

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
        """The refusal in the shape that all errors have (contract, section 7)."""
        shape = {"ok": False, "error": self.message, "errors": self.errors, "status": self.status}
        return Answer(dump(shape), self.status, headers=dict(self.headers))


def dump(value: object) -> bytes:
    """JSON as SQLite writes it: without blanks, and with characters outside ASCII as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def unauthorized(message: str = "this needs a token: send Authorization: Bearer TOKEN") -> Refused:
    return Refused(401, message, headers={"WWW-Authenticate": "Bearer"})
