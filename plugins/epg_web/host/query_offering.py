"""How Datasette comes to know the queries that ship with the bundle: 0.65 asks a hook, 1.0 stores them at the start."""

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

from .running import FROM_1_0

#: name → title, description_html, params, sql, hide_sql. Datasette changes what it gets, so each call makes new ones.
Queries = Callable[[], dict[str, dict[str, Any]]]
#: whose the stored queries are; those of a user are left alone
OWNER = "datasette-epg"


def _offering_0(wanted: str, queries: Queries) -> Any:
    @hookimpl(specname="canned_queries")
    def answer(datasette: Any, database: str) -> dict[str, dict[str, Any]]:
        return queries() if database == wanted else {}

    return answer


def _offering_1(wanted: str, queries: Queries) -> Any:
    @hookimpl(specname="startup")
    def tell(datasette: Any) -> Callable[[], Awaitable[None]] | None:
        if wanted not in datasette.databases:
            return None
        return lambda: _store(datasette, wanted, queries())

    return tell


async def _store(datasette: Any, database: str, queries: dict[str, dict[str, Any]]) -> None:
    """Store the queries, and forget those of an older release. A query of the same name that is not ours stays."""
    kept = await datasette.list_queries(database, source=OWNER, limit=1_000, include_private=True)
    for old in {query.name for query in kept.queries} - queries.keys():
        await datasette.remove_query(database, old, source=OWNER)
    for name, query in queries.items():
        known = await datasette.get_query(database, name)
        if known is None or known.source == OWNER:
            await datasette.add_query(
                database, name, query["sql"], title=query["title"], description_html=query["description_html"],
                hide_sql=query["hide_sql"], parameters=query["params"], is_trusted=True, source=OWNER,
            )  # fmt: skip


def _needed_0() -> bool:
    from datasette.plugins import pm

    hook = getattr(pm.hook, "canned_queries", None)
    return hook is not None and hook.has_spec()


def _needed_1() -> bool:
    from datasette.app import Datasette

    return all(
        hasattr(Datasette, name) for name in ("add_query", "get_query", "list_queries", "remove_query")
    )


#: (database, queries) → a hook that gives the queries of a database to Datasette. A plugin keeps it under any name.
offering = _offering_1 if FROM_1_0 else _offering_0
needs = {"queries": _needed_1 if FROM_1_0 else _needed_0}
