"""`EPG_ROLE=replica`: this server only reads. What would change the guide is refused with the primary's address."""

import sys
from pathlib import Path

import click
from datasette import hookimpl

if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api import site
from epg_web.monitor import replica

NAME = "epg"


def checked_role():
    """The role of this process. Raises click.ClickException for a value that is none."""
    try:
        return replica.role()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@hookimpl
def startup(datasette):
    checked_role()


# Outside the fast lane, whose checks of tokens and cookies would answer first, and inside the counting of requests.
@hookimpl
def asgi_wrapper(datasette):
    if checked_role() == "primary":
        return None
    front = site.prefix(datasette)

    def wrap(app):
        async def read_only(scope, receive, send):
            if scope["type"] != "http" or NAME not in datasette.databases:
                return await app(scope, receive, send)
            path = site.inside(front, scope)["path"]
            if not replica.is_refused(scope["method"], path):
                return await app(scope, receive, send)
            await replica.refuse(datasette, scope, receive, send, path)

        return read_only

    return wrap
