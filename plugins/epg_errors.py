"""Errors: programs never get HTML, and nobody gets the text of an exception that was not foreseen."""

import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.answer import Refused
from epg_web.base.http import CORS
from epg_web.base.instance_names import DATABASE
from epg_web.base.refusals import is_api, refusal, understood
from epg_web.shell.error_page import error_page


def response(path: str, refused: Refused) -> Response:
    """`refused` as a response of Datasette's views. Nobody may keep it."""
    answer = refusal(path, refused)
    headers = {name.decode(): value.decode() for name, value in CORS}
    headers |= {"cache-control": "no-store", **answer.headers}
    return Response(answer.body, answer.status, headers, answer.content_type)


@hookimpl
def startup(datasette: Any) -> None:
    """Turns off `rich`. With it Datasette prints the local variables of every frame for every error, and among them
    the headers of the request, with their tokens.
    """
    from datasette import handle_exception as core

    if DATABASE in datasette.databases:
        core.rich = None


def path_of(request: Any) -> str:
    """The path as Datasette routes it, without `base_url`."""
    return str(request.scope.get("route_path") or request.path)


def may_be_the_clients_fault(request: Any, path: str, error: Exception) -> bool:
    """Whether Datasette read a part of the request without checking it: a query string, or the keys of a row.

    1.0 asserts that a format is known.
    """
    unchecked = bool(request.query_string) or path.count("/") > 2
    return unchecked or (isinstance(error, AssertionError) and "." in path.rpartition("/")[2])


@hookimpl
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Response | Callable[[], Coroutine[Any, Any, Response]] | None:
    """None leaves it to Datasette: for what the client did wrong it has JSON of its own. The page knows who asks."""
    if DATABASE not in datasette.databases:
        return None
    path = path_of(request)
    if is_api(path):
        return response(path, understood(exception))
    status = getattr(exception, "status", None)
    if isinstance(exception, Refused) or not isinstance(status, int):
        return response(path, understood(exception, may_be_the_clients_fault(request, path, exception)))
    if hasattr(exception, "error_dict") and status == 500:
        # Datasette means "you did this wrong" but does not say so, as with `?_sort=` of an unknown column.
        exception.status = 400  # type: ignore[attr-defined]
    if path.endswith((".json", ".csv")) or not 400 <= exception.status < 500:  # type: ignore[attr-defined]
        return None
    return lambda: error_page(datasette, request, exception)


@hookimpl
def forbidden(datasette: Any, request: Any, message: str) -> Response | None:
    if DATABASE in datasette.databases and is_api(path_of(request)):
        return response(path_of(request), Refused(403, message))
    return None
