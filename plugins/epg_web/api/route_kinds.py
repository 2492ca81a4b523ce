"""What a route of the API is, and short ways to write one down. `routes` has the table of them."""

from dataclasses import dataclass

from ..base.params import MAX_ID, Param

BASE = "/api/v1"


def page(default: int, high: int, what: str) -> tuple[Param, Param]:
    """`limit` and `after` of a paged list; the `Link` header has the address of the next page."""
    return (
        Param("limit", "int", f"At most so many {what}.", default, 1, high, example=default),
        Param("after", "int", f"The id of the last of the {what} of the page before.", None, 0, MAX_ID),
    )


@dataclass(frozen=True)
class Route:
    """One method of one address.

    `access` is `public` or the permission that it needs. `rows`: the answer is an array, so it is available as CSV too.
    `live`: it depends on the import log, which changes without a new generation of the guide. `body` and `shape` name
    schemas of `description.schemas`. `many`: the body and the answer are arrays of these.
    """

    name: str
    method: str
    path: str
    summary: str
    shape: str | None = None
    params: tuple[Param, ...] = ()
    access: str = "public"
    rows: bool = False
    live: bool = False
    body: str | None = None
    status: int = 200
    many: bool = False


def read_route(
    name: str, path: str, summary: str, shape: str, *params: Param, rows: bool = False, live: bool = False,
    access: str = "public",
) -> Route:  # fmt: skip
    return Route(name, "GET", BASE + path, summary, shape, params, access=access, rows=rows, live=live)


def write_route(
    name: str, method: str, path: str, summary: str, shape: str | None, body: str | None = None,
    status: int = 200, access: str = "epg-write", many: bool = False,
) -> Route:  # fmt: skip
    return Route(
        name, method, BASE + path, summary, shape, access=access, body=body, status=status, many=many
    )


def yes_or_no(name: str, what: str) -> Param:
    return Param(name, "choice", what, None, choices=("true", "false"))
