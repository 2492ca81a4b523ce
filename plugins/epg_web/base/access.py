"""Who may do what: the tokens and cookies that the API accepts, the permissions `epg-write` and `epg-import`, and whether
strangers may read.

    plugins:
      datasette-epg:
        permissions:
          epg-write: {id: [epg-admin, root]}
          epg-import: {id: [epg-admin, root]}

The blocks are Datasette's `allow` blocks. Everything else is denied, and strangers are never granted a permission.
"""

import re
from http.cookies import CookieError, SimpleCookie
from typing import Any

from ..host import form_origin, permission_checks
from . import proxy, zone
from .answer import Refused, unauthorized
from .http import Scope, header
from .instance_names import CONFIG, DATABASE

PERMISSIONS = ("epg-write", "epg-import")
#: keys of the plugin's configuration; `health` and `metrics` are checked where they are used
SETTINGS = (
    "permissions",
    "allow_private_addresses",
    "cache_mb",
    "export_files_mb",
    "health",
    "logo_networks",
    "logos_mb",
    "logos_path",
    "metrics",
    "primary_url",
    "public_url",
    "timezone",
    "trusted_proxies",
)
#: what the reading routes show; where one of these is private, the whole API is
TABLES = (
    "channel_mappings", "channels", "feed_channels", "guide", "import_log", "import_problems", "programs", "providers",
)  # fmt: skip
SAFE = ("GET", "HEAD", "OPTIONS")
BEARER = re.compile(rb"Bearer [!-~]{1,4096}")
_OPEN = "_epg_open_to_strangers"


def config(datasette: Any) -> dict[str, Any]:
    return datasette.plugin_config(CONFIG) or {}


def check_config(datasette: Any) -> None:
    """Check the plugin's configuration at the start. Raises click.ClickException with one line for the first mistake."""
    import click

    problem = wrong_with(datasette.plugin_config(CONFIG))
    if problem:
        raise click.ClickException(f"plugins: {CONFIG}: {problem}")


def wrong_with(found: Any) -> str | None:
    """The first mistake in the plugin's configuration in one line, None where there is none."""
    if found is None:
        return None
    if not isinstance(found, dict):
        return "there must be settings below it"
    for key in found:
        if key not in SETTINGS:
            return f"unknown setting {key!r}; known are: {', '.join(SETTINGS)}"
    for key in ("cache_mb", "export_files_mb", "logos_mb"):
        size = found.get(key, 0)
        if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= 65_536:
            return f"{key} must be a whole number from 0 to 65536"
    if not isinstance(found.get("allow_private_addresses", False), bool):
        return "allow_private_addresses must be true or false"
    if not isinstance(found.get("primary_url", ""), str):
        return "primary_url must be an address"
    if zone.known(found.get("timezone", "UTC")) is None:
        return "timezone must be an IANA time zone, such as Europe/Lisbon"
    return (
        proxy.wrong_with(found)
        or _wrong_with_logos(found)
        or _wrong_with_permissions(found.get("permissions", {}))
    )


def _wrong_with_logos(found: dict[str, Any]) -> str | None:
    path, listed = found.get("logos_path", "/"), found.get("logo_networks", [])
    if not isinstance(path, str) or not path.startswith("/"):
        return "logos_path must be an absolute path"
    try:
        if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
            raise ValueError
        proxy.networks(listed)
    except ValueError:
        return "logo_networks must be a list of networks, such as [192.168.1.0/24]"
    return None


def _wrong_with_permissions(found: Any) -> str | None:
    if not isinstance(found, dict):
        return "permissions must map epg-write and epg-import to allow blocks"
    for key, block in found.items():
        if key not in PERMISSIONS:
            return f"unknown permission {key!r}; known are: {', '.join(PERMISSIONS)}"
        if not _is_allow_block(block):
            return (
                f"permissions: {key} must be true, false or an allow block such as {{id: [epg-admin, root]}}"
            )
        if isinstance(block, dict) and "unauthenticated" in block:
            return f"permissions: {key} cannot be given to strangers; leave out unauthenticated"
    return None


def _is_allow_block(block: Any) -> bool:
    """Whether Datasette reads it as meant. A key without a value is refused, because there it would mean everybody."""
    if isinstance(block, bool):
        return True
    return isinstance(block, dict) and all(
        isinstance(key, str) and all(isinstance(one, (str, int)) for one in _listed(values))
        for key, values in block.items()
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(datasette: Any, actor: Any, action: str) -> bool:
    """Whether the configuration grants `action` to `actor` (Datasette's, None for a stranger)."""
    from datasette.utils import actor_matches_allow

    block = (config(datasette).get("permissions") or {}).get(action)
    return (
        bool(actor)
        and block is not None
        and bool(actor_matches_allow(actor, block))
        and permission_checks.within_restrictions(datasette, actor, action)
    )


def require(datasette: Any, scope: Scope, actor: Any, permission: str) -> None:
    """Raises `Refused`: 401 for a stranger, 403 for an actor without the permission."""
    if not actor:
        raise unauthorized()
    if not allowed(datasette, actor, permission):
        raise Refused(403, f"this actor may not do that: it has not got the permission {permission}")


def unknown_token() -> Refused:
    return unauthorized("the token is not known")


def identified(datasette: Any, scope: Scope) -> Scope:
    """The request as Datasette may see it: with one well-formed bearer token, or with cookies that can be read.

    A token alone says who asks, so cookies next to it are removed: a page of another site could make a browser send them
    together with any token, and Datasette's CSRF check passes every request that has a token. Raises `Refused`: 401 for
    an Authorization header that is no bearer token, 403 for a write with cookies that another site may have caused.
    """
    tokens = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(tokens) > 1:
        raise unauthorized("there is more than one Authorization header")
    if tokens:
        if not BEARER.fullmatch(tokens[0]):
            raise unauthorized("the Authorization header must be: Bearer TOKEN")
        return form_origin.settled(_without(scope, b"cookie", form_origin.HEADER))
    cookies = _cookies(scope)
    if cookies is None:
        return form_origin.settled(_without(scope, b"cookie", form_origin.HEADER))
    if scope["method"] not in SAFE and not _from_our_pages(datasette, scope, cookies):
        raise Refused(403, form_origin.PROOF)
    return scope


def _without(scope: Scope, *names: bytes) -> Scope:
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] not in names]}


def _cookies(scope: Scope) -> dict[str, str] | None:
    """None without cookies, and for cookies that asgi-csrf and Datasette cannot read and would answer with 500."""
    given = [value for name, value in scope["headers"] if name == b"cookie"]
    try:
        jar = SimpleCookie(given[0].decode()) if len(given) == 1 else None
    except (UnicodeDecodeError, CookieError):
        return None
    return {name: morsel.value for name, morsel in jar.items()} if jar else None


def _from_our_pages(datasette: Any, scope: Scope, cookies: dict[str, str]) -> bool:
    """Whether the request proves that a page of this site made it."""
    return form_origin.is_proved(datasette, scope, cookies, header(scope, form_origin.HEADER))


def open_to_strangers(datasette: Any) -> bool:
    """Whether anybody may read; False until `learn_visibility` has found out."""
    return getattr(datasette, _OPEN, False)


async def learn_visibility(datasette: Any) -> None:
    """Find out at the start whether strangers may read. Permissions to read do not change while a server runs."""
    setattr(datasette, _OPEN, await _visible(datasette, None))


async def ensure_visible(datasette: Any, actor: Any) -> None:
    """Raises `Refused` where Datasette would not show the guide to `actor`: 401 for a stranger, 403 for others."""
    if open_to_strangers(datasette) or await _visible(datasette, actor):
        return
    if not actor:
        raise unauthorized("this guide is private: send Authorization: Bearer TOKEN")
    raise Refused(403, "this guide is private, and this actor may not read it")


async def _visible(datasette: Any, actor: Any) -> bool:
    """Datasette's own answer for every table that the API shows."""
    if DATABASE not in datasette.databases:
        return False
    return await permission_checks.may_view_tables(datasette, actor, DATABASE, TABLES)
