"""Errors: never HTML where programs ask, never the text of an unforeseen exception to anybody."""

import sys
from pathlib import Path

from datasette import Response, hookimpl

if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.answer import Refused
from epg_web.base.http import CORS
from epg_web.base.refusals import is_api, refusal, understood

NAME = "epg"


def response(path, refused):
    """`refused` as Datasette's views answer. Nobody may keep it."""
    answer = refusal(path, refused)
    headers = {name.decode(): value.decode() for name, value in CORS}
    headers |= {"cache-control": "no-store", **answer.headers}
    return Response(answer.body, answer.status, headers, answer.content_type)


@hookimpl
def startup(datasette):
    """Where `rich` is installed, Datasette prints the local variables of every frame for every error: among them the
    headers of the request, with tokens in them."""
    from datasette import handle_exception as core

    if NAME in datasette.databases:
        core.rich = None


def path_of(request):
    """The path as Datasette routes it, without `base_url`."""
    return request.scope.get("route_path") or request.path


def checked_by_nobody(request, path):
    """Whether Datasette read something of the request without checking it: a query string, or the keys of a row."""
    return bool(request.query_string) or path.count("/") > 2


@hookimpl
def handle_exception(datasette, request, exception):
    """None leaves it to Datasette: its own page, or its JSON, for what the client did wrong."""
    if NAME not in datasette.databases:
        return None
    path = path_of(request)
    if is_api(path):
        return response(path, understood(exception))
    if isinstance(exception, Refused) or not isinstance(getattr(exception, "status", None), int):
        return response(path, understood(exception, checked_by_nobody(request, path)))
    if hasattr(exception, "error_dict") and exception.status == 500:
        # Datasette means "you did this wrong" and forgets to say so, as with `?_sort=` of an unknown column.
        exception.status = 400
    return None


@hookimpl
def forbidden(datasette, request, message):
    if NAME in datasette.databases and is_api(path_of(request)):
        return response(path_of(request), Refused(403, message))
