"""A request and its answer for each route, made from the examples of parameters and schemas."""

from typing import Any
from urllib.parse import urlencode

from ..routes import Route
from .schema_kinds import PLACE
from .schemas import SCHEMAS, example


def request_example(route: Route) -> tuple[str, Any]:
    """Path and query of a request that works on a guide with channels 1 and 2, and its body (None without one)."""
    given = {param.name: param.example for param in route.params if param.kind != "int" and param.example}
    address = route.path.replace("{id}", "1") + (f"?{urlencode(given, safe=',:')}" if given else "")
    body = SCHEMAS[route.body]["examples"][0] if route.body else None
    return address, [body] if route.many else body


def answer_example(route: Route) -> Any:
    """What such a request gets, None for nothing."""
    if route.shape is None:
        return None
    found = example({"$ref": PLACE + route.shape})
    return [found] if route.rows or route.many else found
