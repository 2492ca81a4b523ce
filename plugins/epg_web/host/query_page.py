"""Queries on the pages of Datasette: what it calls one that has a name, which ones it lists, and where it cuts the rows."""

from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from .running import FROM_1_0

_VARIABLE = "stored_query" if FROM_1_0 else "canned_query"
#: the most that 1.0 gives at once
_MOST = 1_000


@pass_context
def query_name(context: Context) -> str | None:
    """For templates: the name of the query that the page shows; None for the SQL of a visitor."""
    name: Any = context.get(_VARIABLE)
    return str(name) if name else None


def _row_bound_0(datasette: Any) -> Callable[[Context], int | None]:
    @pass_context
    def bound(context: Context) -> int | None:
        return None

    return bound


def _row_bound_1(datasette: Any) -> Callable[[Context], int | None]:
    @pass_context
    def bound(context: Context) -> int | None:
        most = int(datasette.setting("max_returned_rows"))
        return most if len(context.get("display_rows") or ()) >= most else None

    return bound


def _listed_0(datasette: Any) -> Callable[[Context], Any]:
    @pass_context
    async def listed(context: Context) -> Any:
        return context.get("queries")

    return listed


def _listed_1(datasette: Any) -> Callable[[Context], Any]:
    @pass_context
    async def listed(context: Context) -> Any:
        if not context.get("queries_more"):
            return context.get("queries")
        page = await datasette.list_queries(
            context["database"], actor=context.get("actor"), limit=_MOST, include_private=True
        )
        return page.queries

    return listed


#: (datasette) → for templates: the number of rows where Datasette may have cut them and does not say so, else None. 1.0 has the
#: words in its page of a query, and no longer gives it the variable.
row_bound = _row_bound_1 if FROM_1_0 else _row_bound_0
#: (datasette) → for templates: the queries that the page of a database lists. 1.0 would name five.
listed_queries = _listed_1 if FROM_1_0 else _listed_0
