"""How Datasette comes to know the queries that ship with the bundle."""

from collections.abc import Callable
from typing import Any

from datasette import hookimpl

#: name → title, description_html, params, sql, hide_sql
Queries = dict[str, dict[str, Any]]


def offering(database: str, queries: Callable[[], Queries]) -> Any:
    """A hook that gives the queries of `database` to Datasette. A plugin keeps it under any name.

    Datasette changes the dictionaries that it gets, so `queries` makes new ones in each call.
    """

    @hookimpl(specname="canned_queries")
    def answer(datasette: Any, database: str) -> Queries:
        return queries() if database == wanted else {}

    wanted = database
    return answer
