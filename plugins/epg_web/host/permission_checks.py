"""Permissions: what Datasette decides of its own actions, and how it learns who has those of the bundle."""

from collections.abc import Callable, Iterable
from typing import Any

from datasette import hookimpl

#: of the instance, an actor (None for a stranger) and an action: whether the actor may do it
Granted = Callable[[Any, Any, str], bool]


async def may_view_instance(datasette: Any, actor: Any) -> bool:
    """Whether `actor` (None for a stranger) may see this Datasette at all."""
    return bool(await datasette.permission_allowed(actor, "view-instance", default=True))


async def may_view_database(datasette: Any, actor: Any, database: str) -> bool:
    """Whether `actor` may see the instance and, as far as the instance says nothing else, this database."""
    if not await may_view_instance(datasette, actor):
        return False
    return bool(await datasette.permission_allowed(actor, "view-database", resource=database, default=True))


async def may_view_tables(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> bool:
    """Whether `actor` may see every one of the tables."""
    from datasette import Forbidden

    try:
        for table in tables:
            await datasette.ensure_permissions(
                actor, [("view-table", (database, table)), ("view-database", database), "view-instance"]
            )
    except Forbidden:
        return False
    return True


async def ensure_instance_visible(datasette: Any, actor: Any) -> None:
    """Raises Datasette's `Forbidden` where `actor` may not see this Datasette."""
    await datasette.ensure_permissions(actor, ["view-instance"])


def granting(actions: tuple[str, ...], granted: Granted) -> Any:
    """A hook that answers for `actions` by `granted`. A plugin keeps it under any name."""

    @hookimpl(specname="permission_allowed")
    def answer(datasette: Any, actor: Any, action: str) -> bool | None:
        return granted(datasette, actor, action) if action in actions else None

    return answer
