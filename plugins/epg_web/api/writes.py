"""Writes: a body becomes one operation of `epg_ingest.changes`. Also the private reads of those who may write.

    body → checked types → arguments → perform, on a thread → the new state, read back

A provider's address decides which machines the importer talks to. So without `allow_private_addresses: true` in the
plugin's configuration the API never gives access to private addresses. A provider that it makes or redirects loses
such access, even where the command line had allowed it for the old address.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from ..base import access
from ..base.answer import Answer, Refused, dump
from ..base.base_url import prefix
from ..base.http import Scope
from ..base.instance_names import DATABASE
from . import private, trigger
from .bodies import checked, checked_many
from .body_values import wrong_values
from .json_body import Body
from .lane import prefers_csv, understand
from .routes import BASE, Route
from .watch_api import watch_reads

T = TypeVar("T")
#: an import holds the lock for longer only while it merges a large feed
RETRY = {"Retry-After": "5"}
CANNOT = "the guide cannot be changed now; the server's log has the details"
DENIED = (
    "private_addresses: allow needs allow_private_addresses: true in the server's configuration; "
    "or run: epg-ingest providers update NAME --private-addresses allow"
)
#: what PUT sets where the body says nothing; the defaults of `epg_ingest.guide.provider_settings`, held to them by a test
DEFAULTS: dict[str, Any] = {
    "xmltv_url": None, "public_url": False, "enabled": True, "priority": 100, "timezone": None, "shift_minutes": 0,
    "language": [], "channel_policy": "all", "repair_text": False, "headers": {}, "private_addresses": "deny",
    "kind": "url", "mirrors": [], "schedule": None, "schedule_timezone": None, "downloads_per_day": None,
}  # fmt: skip
logger = logging.getLogger("datasette_epg")
#: not the threads for reads: a write may wait for an import
_THREADS = ThreadPoolExecutor(4, thread_name_prefix="epg-write")


class Write(NamedTuple):
    """A requested write: the database, the id in the address, the checked body, the actor. The body of a write of many is the
    array in `items`. `owner` is whose watches it is about, "" for an actor without an id."""

    path: Path
    ident: int
    body: dict[str, Any]
    actor: str
    allow_private: bool
    items: Sequence[dict[str, Any]] = ()
    owner: str = ""

    def run(self, operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
        from epg_ingest.changes.perform import perform

        return perform(self.path, operation, arguments, actor=self.actor, now=int(time.time()))


def guide_path(datasette: Any) -> Path:
    return Path(datasette.databases[DATABASE].path)


def name_of(actor: dict[str, Any]) -> str:
    """The actor as `write_log` keeps it."""
    return str(actor.get("id") or "an actor without id")


async def on_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Run `work` on a thread. The errors of `epg_ingest` become `Refused`."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _translated, work, *arguments)


def _translated(work: Callable[..., T], *arguments: Any) -> T:
    try:
        from epg_ingest.core.errors import ConflictError, DatabaseError, NotFoundError, UsageError
    except ImportError:
        logger.error("the package `epg_ingest` is not installed: run pip install -e .")
        raise Refused(503, CANNOT) from None
    try:
        return work(*arguments)
    except NotFoundError as error:
        raise Refused(404, error.message) from error
    except ConflictError as error:
        raise Refused(409, error.message) from error
    except UsageError as error:
        raise Refused(400, error.message) from error
    except DatabaseError as error:
        if error.code == "locked":
            raise Refused(503, "an import is writing; try again in a moment", headers=RETRY) from error
        # Its message may name files of the server.
        logger.error("%s", error.message)
        raise Refused(503, CANNOT, headers=RETRY) from error


# Reading


async def read(scope: Scope, datasette: Any, actor: Any, server: str = "") -> Answer | None:
    """Providers with all their settings, a channel even if it is hidden, or the actor's own watches, for one with `epg-write`.

    None for every other address and actor: they get the public answer. Raises `Refused` as the public answer does.
    """
    if not access.allowed(datasette, actor, "epg-write"):
        return None
    asked = understand(scope["method"], scope["path"], scope["query_string"])
    as_csv = asked.route.rows and (asked.csv or prefers_csv(scope))
    if asked.route.name in watch_reads.WATCH_READS:
        owner = watch_reads.owner_of(actor)
        given = (asked.route, asked.ident, asked.values, owner, as_csv, server)
        return await on_thread(watch_reads.answer, guide_path(datasette), *given)
    if asked.route.name not in private.READS:
        return None
    return await on_thread(private.answer, guide_path(datasette), asked.route, asked.ident, as_csv)


# Writing


async def ensure_there(datasette: Any, route: Route, ident: int | None, actor: Any) -> None:
    """Refuse (404) a write to something that is not there, or is of somebody else, whatever its body says."""
    if ident is not None:
        owner = watch_reads.owner_of(actor)
        await on_thread(private.ensure_there, guide_path(datasette), route, ident, owner)


async def write(
    datasette: Any,
    route: Route,
    ident: int | None,
    body: Body,
    actor: dict[str, Any],
    *,
    allow_private: bool | None = None,
) -> Answer:
    """Make the change and answer with the new state. Raises `Refused`. `allow_private`: whether it may give a provider access
    to the local network; by default the plugin's configuration says so.

    400 lists every wrong type and value; 404, 409 and 503 come from `epg_ingest.changes.perform`.
    """
    from .lineup_writes import LINEUP_WRITES, start_refresh
    from .rule_api.rule_writes import RULE_WRITES
    from .watch_api.watch_writes import WATCH_WRITES

    path, works = guide_path(datasette), {**_WRITES, **LINEUP_WRITES, **RULE_WRITES, **WATCH_WRITES}
    if isinstance(body, list):
        items = checked_many(route.body or "", body)
        return await on_thread(works[route.name], Write(path, ident or 0, {}, name_of(actor), False, items))
    values = await on_thread(checked, route.body, body, wrong_values)
    if route.name == "import_trigger":
        where = (datasette.config_dir, prefix(datasette))
        return await on_thread(trigger.start, path, values, name_of(actor), *where)
    if route.name == "lineup_refresh":
        config = trigger.config_file(path, datasette.config_dir)
        return await on_thread(
            start_refresh, path, ident or 0, values.get("force", False), config, prefix(datasette)
        )
    configured = bool(access.config(datasette).get("allow_private_addresses", False))
    allow = configured if allow_private is None else allow_private
    asked = Write(path, ident or 0, values, name_of(actor), allow, owner=watch_reads.owner_of(actor))
    return await on_thread(works[route.name], asked)


def _provider_create(asked: Write) -> Answer:
    if asked.body.get("private_addresses") == "allow" and not asked.allow_private:
        raise Refused(400, DENIED)
    made = asked.run("provider.create", asked.body)
    return _created("providers", private.provider(asked.path, made["id"]))


def _provider_replace(asked: Write) -> Answer:
    return _provider_update(asked._replace(body={**DEFAULTS, **asked.body}))


def _provider_update(asked: Write) -> Answer:
    asked.run("provider.update", {"provider": asked.ident, **_guarded(asked)})
    return Answer(dump(private.provider(asked.path, asked.ident)))


def _guarded(asked: Write) -> dict[str, Any]:
    """The settings to change. With a new address or mirror a provider loses the access to private ones that the old one had.

    A body may repeat the access that a provider has. It is then left alone and not set, so that two changes at the same
    time cannot combine the address of one with the access of the other.
    """
    if asked.allow_private:
        return asked.body
    body, now = dict(asked.body), private.provider(asked.path, asked.ident)
    moved = any(body.get(key, now[key]) != now[key] for key in ("xmltv_url", "mirrors"))
    if body.get("private_addresses") == "allow":
        if moved or now["private_addresses"] != "allow":
            raise Refused(400, DENIED)
        del body["private_addresses"]
    elif moved:
        body["private_addresses"] = "deny"
    return body


def _provider_delete(asked: Write) -> Answer:
    asked.run("provider.delete", {"provider": asked.ident})
    return Answer(b"", 204)


def _channel_create(asked: Write) -> Answer:
    made = asked.run("channel.create", asked.body)
    return _created("channels", private.channel(asked.path, made["id"]))


def _channel_update(asked: Write) -> Answer:
    if "merge_into" not in asked.body:
        asked.run("channel.update", {"channel": asked.ident, **asked.body})
        return Answer(dump(private.channel(asked.path, asked.ident)))
    if len(asked.body) > 1:
        raise Refused(400, "merge_into goes alone: this channel is gone then; change the other one after it")
    target = asked.body["merge_into"]
    asked.run("channel.merge", {"source": asked.ident, "target": target})
    return Answer(dump(private.channel(asked.path, target)))


def _channels_update(asked: Write) -> Answer:
    """400 lists every value that is not allowed; 404 and 409 name the first object that cannot be changed."""
    from epg_ingest.changes.operations import wrong_channels

    items = list(asked.items)
    if wrong := wrong_channels(items):
        raise Refused(400, wrong[0], wrong)
    done = asked.run("channel.update_many", {"channels": items})
    return Answer(dump(private.channels(asked.path, [channel["id"] for channel in done["channels"]])))


def _channel_delete(asked: Write) -> Answer:
    asked.run("channel.delete", {"channel": asked.ident})
    return Answer(b"", 204)


def _mapping_set(asked: Write) -> Answer:
    source = {key: asked.body[key] for key in ("provider", "provider_channel_id")}
    return _mapped(asked, source)


def _mapping_update(asked: Write) -> Answer:
    return _mapped(asked, _source(asked))


def _source(asked: Write) -> dict[str, Any]:
    """What a mapping maps, as operations name it."""
    found = private.mapping(asked.path, asked.ident)
    return {"provider": found["provider_id"], "provider_channel_id": found["provider_channel_id"]}


def _mapped(asked: Write, source: dict[str, Any]) -> Answer:
    body = asked.body
    shift = {key: body[key] for key in ("shift_minutes",) if key in body}
    if "new_channel" in body:
        made = asked.run("mapping.set", {**source, "channel": body["new_channel"], "create": True, **shift})
    elif body["channel_id"] is not None:
        made = asked.run("mapping.set", {**source, "channel": body["channel_id"], **shift})
    elif shift:
        raise Refused(400, "a channel that is ignored has no times to shift: leave out shift_minutes")
    else:
        made = asked.run("mapping.ignore", source)
    return Answer(dump(private.mapping(asked.path, made["id"])))


def _mapping_shift(asked: Write) -> Answer:
    made = asked.run("mapping.shift", {**_source(asked), **asked.body})
    return Answer(dump(private.mapping(asked.path, made["id"])))


def _mapping_delete(asked: Write) -> Answer:
    asked.run("mapping.delete", _source(asked))
    return Answer(b"", 204)


def _created(kind: str, made: dict[str, Any]) -> Answer:
    return Answer(dump(made), 201, headers={"Location": f"{BASE}/{kind}/{made['id']}"})


_WRITES: dict[str, Callable[[Write], Answer]] = {
    "provider_create": _provider_create, "provider_replace": _provider_replace, "provider_update": _provider_update,
    "provider_delete": _provider_delete, "channel_create": _channel_create, "channel_update": _channel_update,
    "channels_update": _channels_update,
    "channel_delete": _channel_delete, "mapping_set": _mapping_set, "mapping_update": _mapping_update,
    "mapping_shift": _mapping_shift, "mapping_delete": _mapping_delete,
}  # fmt: skip
