"""Puts requests right that come through a proxy: see `epg_web.base.proxy`. Also the links that Datasette gets wrong below a
`base_url`, on its pages of tables and queries.
"""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base import access
from epg_web.base.base_url import prefix
from epg_web.base.http import App, Receive, Scope, Send
from epg_web.base.instance_names import DATABASE
from epg_web.base.proxy import TAKEN, Proxies, proxies_of
from epg_web.bounds.peers import trust

logger = logging.getLogger("datasette_epg")


def proxies(datasette: Any) -> Proxies:
    """Raises click.ClickException where the settings do not fit together."""
    try:
        return proxies_of(access.config(datasette), datasette.setting("base_url"))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@hookimpl(trylast=True)
def startup(datasette: Any) -> None:
    if DATABASE not in datasette.databases:
        return
    access.check_config(datasette)
    found = proxies(datasette)
    trust(found.trusted)
    front = found.front
    if front and front.split("/")[1] in TAKEN:
        logger.warning(
            "base_url %s/ is also an address of this site; behind a proxy that removes it, choose another",
            front,
        )


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    def below(links: Any) -> Any:
        """Links that Datasette made, with `base_url`: a text, or lists and dictionaries with such texts."""
        if isinstance(links, list):
            return [below(link) for link in links]
        if isinstance(links, dict):
            return {key: below(link) if key in LINKS else link for key, link in links.items()}
        return with_prefix(prefix(datasette), links) if isinstance(links, str) else links

    env.filters["epg_below"] = below


#: in Datasette's dictionaries for its templates, what is a link or has links in it
LINKS = ("toggle_url", "remove_url", "results")


def with_prefix(front: str, address: str) -> str:
    """A path of this site with `base_url` in front, also inside an absolute address of this host."""
    scheme, mark, rest = address.partition("://")
    host, slash, path = rest.partition("/") if mark else ("", "/", address.removeprefix("/"))
    if not front or not (mark or address.startswith("/")) or f"/{path}".startswith(front + "/"):
        return address
    return f"{scheme}{mark}{host}{front}{slash}{path}" if mark else f"{front}/{path}"


@hookimpl
def extra_template_vars(datasette: Any, request: Any) -> dict[str, Any]:
    """`path_with_replaced_args` of Datasette, whose links to all values of a facet lack `base_url`."""
    from datasette.utils import path_with_replaced_args

    def linked(request: Any, args: Any, path: str | None = None) -> str:
        return str(datasette.urls.path(path_with_replaced_args(request, args, path)))

    return {"path_with_replaced_args": linked, "fix_path": str} if prefix(datasette) else {}


# The last wrapper is the outermost: all others see the request as it was meant. `epg_safe_answers` and `epg_sessions` are
# outside this one, and look at neither client, scheme nor host.
@hookimpl(trylast=True)
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def at_its_address(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            known: Proxies | None = getattr(datasette, "_epg_proxies", None)
            if known is None:
                known = datasette._epg_proxies = proxies(datasette)
            found = known

            async def answer(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start" and 300 <= message["status"] < 400:
                    message = {
                        **message,
                        "headers": [led(found, pair) for pair in message.get("headers", [])],
                    }
                await send(message)

            await app(found.seen(scope), receive, answer if found.front else send)

        return at_its_address

    return wrap


def led(found: Proxies, pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """A header of a redirect with `base_url` in its address: `Location`, and the `Link` that Datasette adds."""
    name, text = pair[0].lower(), pair[1].decode("latin-1")
    if name == b"location":
        return pair[0], found.led(text).encode("latin-1")
    if name == b"link" and text.startswith("<"):
        address, mark, rest = text[1:].partition(">")
        return pair[0], f"<{found.led(address)}{mark}{rest}".encode("latin-1")
    return pair
