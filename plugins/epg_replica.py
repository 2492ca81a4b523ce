"""`EPG_ROLE=replica`: this server only reads. It refuses what would change the guide, and names the primary's address."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from datasette import hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send
from epg_web.base.instance_names import DATABASE
from epg_web.monitor import replica


def checked_role() -> str:
    """The role of this process. Raises click.ClickException where `EPG_ROLE` names none."""
    try:
        return replica.role()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@hookimpl
def startup(datasette: Any) -> None:
    checked_role()


# Outside the fast lane, whose checks of tokens and cookies would answer first, and inside the counting of requests.
@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App] | None:
    if checked_role() == "primary":
        return None
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def read_only(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            path = without_prefix(front, scope)["path"]
            if not replica.is_refused(scope["method"], path):
                return await app(scope, receive, send)
            await replica.refuse(datasette, scope, receive, send, path)

        return read_only

    return wrap
