"""What can go wrong, grouped by what the caller should do about it.

    EpgError                 one line for people, a code for programs
    ├── UsageError           wrong command, argument or configuration: exit status 2
    │   ├── NotFoundError    a provider or channel that does not exist
    │   └── ConflictError    a name that is taken
    ├── DownloadError        the feed could not be fetched: keep the guide, try again later
    ├── FeedError            the feed was fetched and is not usable: keep the guide, look at the feed
    │   └── GateError        the feed would remove too much: look, then --force
    └── DatabaseError        the database cannot be used as it is: locked, full, newer, damaged

Bad data inside a feed is not an exception: it is a `models.Problem`.
"""

from __future__ import annotations


class EpgError(Exception):
    """An error a user can cause or must know of.

    `message` is one line that says what is wrong and what to do, without secrets; `code` is short and stable and goes
    to `import_log.error_code`.
    """

    exit_status = 1
    default_code = "error"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code


class UsageError(EpgError):
    exit_status = 2
    default_code = "usage"


class NotFoundError(UsageError):
    default_code = "notfound"


class ConflictError(UsageError):
    default_code = "conflict"


class DownloadError(EpgError):
    """`http_status` is the last status seen, None when no answer came. `said` is what a command wrote to standard error."""

    default_code = "download"

    def __init__(self, message: str, code: str | None = None, http_status: int | None = None) -> None:
        super().__init__(message, code)
        self.http_status = http_status
        self.said = ""


class FeedError(EpgError):
    """`answer` is what the server says of it in its own words. They may hold a secret in any form, so no log keeps them."""

    default_code = "feed"

    def __init__(self, message: str, code: str | None = None, answer: str = "") -> None:
        super().__init__(message, code)
        self.answer = answer


class GateError(FeedError):
    default_code = "gate"


class DatabaseError(EpgError):
    default_code = "database"
