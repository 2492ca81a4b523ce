"""Wrong tokens, counted by the client's address: after ten in a minute, no token from there is looked at for a while."""

from typing import Any

#: wrong tokens that one client may send within so many seconds
GUESSES, WINDOW = 10, 60.0
#: addresses remembered at most
MAX_ADDRESSES = 1_000
SLOWER = "too many wrong tokens: wait a minute, then try again"


class Guesses:
    """When each client sent a wrong token, for one process."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {}

    def too_many(self, client: str, now: float) -> bool:
        recent = [moment for moment in self.times.get(client, []) if moment > now - WINDOW]
        return len(recent) >= GUESSES

    def wrong(self, client: str, now: float) -> None:
        recent = [moment for moment in self.times.pop(client, []) if moment > now - WINDOW]
        self.times[client] = [*recent[-GUESSES:], now]
        if len(self.times) > MAX_ADDRESSES:
            del self.times[next(iter(self.times))]


def guesses_of(datasette: Any) -> Guesses:
    """The guesses at one instance. They are kept on it, because instances of one process share this module."""
    found: Guesses | None = getattr(datasette, "_epg_guesses", None)
    if found is None:
        found = datasette._epg_guesses = Guesses()
    return found
