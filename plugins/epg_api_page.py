"""The API for people: `/-/epg/api` lists every route, made from the same table as the API itself."""

import json
import shlex
import sys
from pathlib import Path

from datasette import Response, hookimpl

# Datasette executes this file by its path and not as part of a package.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.api.description import openapi
from epg_web.api.description.schemas import SCHEMAS
from epg_web.api.routes import BASE, ROUTES
from epg_web.base.params import MAX_ID

NAME = "epg"
ADDRESS = "/-/epg/api"
ACCESS = {"public": "everybody", "epg-write": "permission epg-write", "epg-import": "permission epg-import"}


def curl(route, server):
    """A command line that works on a guide with something in it; the token comes from the environment."""
    address, body = openapi.request_example(route)
    words = ["curl"]
    if route.method != "GET":
        words += ["-X", route.method]
    if route.access != "public":
        words += ["-H", '"Authorization: Bearer $EPG_API_TOKEN"']
    if body is not None:
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(json.dumps(body))]
    return " ".join([*words, f"'{server}{address}'"])


def shown(value):
    """An example for reading: None for no body."""
    return None if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def settings(route):
    """Name, description and whether it must be there of everything in the body."""
    schema = SCHEMAS.get(route.body, {"properties": {}})
    return [
        (name, part["description"], name in schema["required"]) for name, part in schema["properties"].items()
    ]


def entry(route, server):
    """What the template shows of a route."""
    return {
        "name": route.name, "method": route.method, "path": route.path, "summary": route.summary,
        "status": route.status, "access": ACCESS[route.access], "csv": route.rows, "params": route.params,
        "curl": curl(route, server), "answer": shown(openapi.answer_example(route)),
        "shape": route.shape and (f"a list of {route.shape}" if route.rows else route.shape),
        "settings": settings(route),
    }  # fmt: skip


def groups(server):
    """The routes by tag, in the order of `openapi.TAGS`: (tag, what it is, entries)."""
    return [
        (name, text, [entry(route, server) for route in ROUTES if openapi.tag(route) == name])
        for name, text in openapi.TAGS.items()
    ]


def permits(param):
    """The values of a parameter in words; "" where its description says enough."""
    if param.kind == "int":
        top = "" if param.high == MAX_ID else f" to {param.high}"
        return f"A whole number from {param.low}{top}."
    if param.kind == "choice":
        return f"One of {', '.join(param.choices)}."
    return {"moment": "A date or a time.", "ids": "As 1,2,3.", "text": ""}[param.kind]


async def page(datasette, request):
    if request.method not in ("GET", "HEAD"):
        return Response.text("Method not allowed", status=405, headers={"allow": "GET, HEAD"})
    await datasette.ensure_permissions(request.actor, ["view-instance"])
    server = datasette.absolute_url(request, datasette.urls.path("/")).rstrip("/")
    given = {"groups": groups(server), "permits": permits, "description": f"{BASE}/openapi.json"}
    return Response.html(await datasette.render_template("epg-api.html", given, request=request))


@hookimpl
def register_routes(datasette):
    return [(rf"^{ADDRESS}$", page)]


@hookimpl
def menu_links(datasette):
    if NAME in datasette.databases:
        return [{"href": datasette.urls.path(ADDRESS), "label": "API"}]
    return []
