"""The API for people: `/-/epg/api` lists every route, made from the same table as the API itself."""

import json
import secrets
import shlex
import sys
from pathlib import Path
from typing import Any

from datasette import Response, hookimpl

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api.description import openapi, route_examples
from epg_web.api.description.openapi_texts import TAGS
from epg_web.api.description.schemas import SCHEMAS
from epg_web.api.routes import BASE, ROUTES, STREAMS, Route
from epg_web.base.instance_names import DATABASE
from epg_web.base.params import MAX_ID, Param
from epg_web.host.permission_checks import ensure_instance_visible
from epg_web.pages.render import policy

ADDRESS = "/-/epg/api"
ACCESS = {"public": "everybody", "epg-write": "permission epg-write", "epg-import": "permission epg-import"}


def curl(route: Route, server: str) -> str:
    """A command line that works on a guide with something in it; the token comes from the environment."""
    address, body = route_examples.request_example(route)
    words = ["curl"]
    if route.method != "GET":
        words += ["-X", route.method]
    if route.access != "public":
        words += ["-H", '"Authorization: Bearer $EPG_API_TOKEN"']
    if body is not None:
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(json.dumps(body))]
    return " ".join([*words, f"'{server}{address}'"])


def shown(value: Any) -> str | None:
    """An example as indented JSON; None where there is none."""
    return None if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def settings(route: Route) -> list[tuple[str, str, bool]]:
    """Of each property of the body: its name, its description, and whether it is required."""
    if route.body is None:
        return []
    schema = SCHEMAS[route.body]
    return [
        (name, part["description"], name in schema["required"]) for name, part in schema["properties"].items()
    ]


def entry(route: Route, server: str) -> dict[str, Any]:
    """What the template shows of a route."""
    return {
        "name": route.name, "method": route.method, "path": route.path, "summary": route.summary,
        "status": route.status, "access": ACCESS[route.access], "csv": route.rows, "params": route.params,
        "curl": curl(route, server), "answer": shown(route_examples.answer_example(route)),
        "shape": route.shape and (f"a list of {route.shape}" if route.rows else route.shape),
        "settings": settings(route),
    }  # fmt: skip


def groups(server: str) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """The routes by tag, in the order of `TAGS`: (tag, what it is, entries)."""
    return [
        (
            name,
            text,
            [entry(route, server) for route in (*ROUTES, *STREAMS.values()) if openapi.tag(route) == name],
        )
        for name, text in TAGS.items()
    ]


def permits(param: Param) -> str:
    """The values of a parameter in words; "" where its description says enough."""
    if param.kind == "int":
        top = "" if param.high == MAX_ID else f" to {param.high}"
        return f"A whole number from {param.low}{top}."
    if param.kind == "choice":
        return f"One of {', '.join(param.choices)}."
    return {"moment": "A date or a time.", "ids": "As 1,2,3.", "names": "As 1,two.example.", "text": ""}[
        param.kind
    ]


async def page(datasette: Any, request: Any) -> Response:
    if request.method not in ("GET", "HEAD"):
        return Response.text("Method not allowed", status=405, headers={"allow": "GET, HEAD"})
    await ensure_instance_visible(datasette, request.actor)
    server = datasette.absolute_url(request, datasette.urls.path("/")).rstrip("/")
    given = {"groups": groups(server), "permits": permits, "description": f"{BASE}/openapi.json"}
    html = await datasette.render_template("epg-api.html", given, request=request)
    return Response.html(
        html, headers={"content-security-policy": policy(datasette, secrets.token_urlsafe(12))}
    )


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    return [(rf"^{ADDRESS}$", page)]


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    if DATABASE in datasette.databases:
        return [{"href": datasette.urls.path(ADDRESS), "label": "API"}]
    return []
