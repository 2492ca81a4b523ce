"""Why a channel has nothing to come: one reason for each feed that is mapped to it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FedBy:
    """A feed's channel that is mapped to a channel of the guide. Times are stored text (UTC), None where there is none.

    `seen` is the import that last found it in the feed, `provider_seen` the last import that found any channel. `last_end` is
    when its last programme ends. `imported_at`, `status` and `error` are those of the provider's last import.
    """

    provider: str
    ident: str
    enabled: bool = True
    seen: str | None = None
    provider_seen: str | None = None
    last_end: str | None = None
    imported_at: str | None = None
    status: str | None = None
    error: str | None = None

    @property
    def vanished(self) -> bool:
        """Whether the last import of its provider did not find it in the feed."""
        return self.seen is not None and self.provider_seen is not None and self.seen < self.provider_seen


@dataclass(frozen=True)
class Why:
    """A reason and the feed it is about: `unfed`, `disabled`, `never_imported`, `failing`, `vanished`, `never_had`, `ended`."""

    code: str
    source: FedBy | None = None


def why_empty(sources: Sequence[FedBy]) -> list[Why]:
    """Why nothing of these feeds is to come, in their order. Without any feed the reason is `unfed`."""
    return [_why(source) for source in sources] or [Why("unfed")]


def _why(source: FedBy) -> Why:
    """A feed that is off explains everything, then one that never came; what left a feed comes back with no import."""
    if not source.enabled:
        return Why("disabled", source)
    if source.imported_at is None and source.seen is None:
        return Why("never_imported", source)
    if source.vanished:
        return Why("vanished", source)
    if source.status == "failed":
        return Why("failing", source)
    return Why("ended" if source.last_end else "never_had", source)


def leaving(sources: Sequence[FedBy]) -> FedBy | None:
    """The first feed that dropped a channel which still has programmes, if none that is enabled lists it any more."""
    live = [source for source in sources if source.enabled]
    return live[0] if live and all(source.vanished for source in live) else None
