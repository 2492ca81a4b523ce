"""Permissions: what Datasette decides of its own actions, and how it learns who has those of the bundle.

Datasette 0.65 asks a hook about one actor and one action. 1.0 wants its actions named at the start, and rules as SQL.
"""

from collections.abc import Callable, Iterable
from typing import Any

from datasette import hookimpl

from .running import FROM_1_0

#: of the instance, an actor (None for a stranger) and an action: whether the actor may do it
Granted = Callable[[Any, Any, str], bool]
#: hooks of Datasette; a plugin keeps each under any name
Hooks = tuple[Any, Any]


async def _may_view_instance_0(datasette: Any, actor: Any) -> bool:
    return bool(await datasette.permission_allowed(actor, "view-instance", default=True))


async def _may_view_instance_1(datasette: Any, actor: Any) -> bool:
    return bool(await datasette.allowed(action="view-instance", actor=actor))


async def _may_view_database_0(datasette: Any, actor: Any, database: str) -> bool:
    if not await _may_view_instance_0(datasette, actor):
        return False
    return bool(await datasette.permission_allowed(actor, "view-database", resource=database, default=True))


async def _may_view_database_1(datasette: Any, actor: Any, database: str) -> bool:
    from datasette.resources import DatabaseResource

    if not await _may_view_instance_1(datasette, actor):
        return False
    found = await datasette.allowed(action="view-database", resource=DatabaseResource(database), actor=actor)
    return bool(found)


async def _may_view_tables_0(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> bool:
    from datasette import Forbidden

    try:
        for table in tables:
            await datasette.ensure_permissions(
                actor, [("view-table", (database, table)), ("view-database", database), "view-instance"]
            )
    except Forbidden:
        return False
    return True


async def _may_view_tables_1(datasette: Any, actor: Any, database: str, tables: Iterable[str]) -> bool:
    from datasette.resources import TableResource

    for table in tables:
        resource = TableResource(database, table)
        if not await datasette.allowed(action="view-table", resource=resource, actor=actor):
            return False
    return True


def _within_restrictions_0(datasette: Any, actor: Any, action: str) -> bool:
    return True


def _within_restrictions_1(datasette: Any, actor: Any, action: str) -> bool:
    from datasette.default_permissions import restrictions_allow_action

    restrictions = actor.get("_r") if isinstance(actor, dict) else None
    return restrictions is None or bool(restrictions_allow_action(datasette, restrictions, action, None))


def _hooks_0(actions: tuple[str, ...], granted: Granted) -> Hooks:
    @hookimpl(specname="permission_allowed")
    def answer(datasette: Any, actor: Any, action: str) -> bool | None:
        return granted(datasette, actor, action) if action in actions else None

    return None, answer


def _hooks_1(actions: tuple[str, ...], granted: Granted) -> Hooks:
    from datasette.permissions import Action, PermissionSQL

    @hookimpl(specname="register_actions")
    def name_actions() -> list[Any]:
        return [Action(name=action, description=f"The guide: {action}") for action in actions]

    @hookimpl(specname="permission_resources_sql")
    def answer(datasette: Any, actor: Any, action: str) -> Any:
        if action not in actions:
            return None
        decide = PermissionSQL.allow if granted(datasette, actor, action) else PermissionSQL.deny
        return decide("the configuration of datasette-epg")

    return name_actions, answer


def _needed_0() -> bool:
    from datasette.app import Datasette
    from datasette.plugins import pm

    asked = getattr(pm.hook, "permission_allowed", None)
    return asked is not None and asked.has_spec() and hasattr(Datasette, "ensure_permissions")


def _needed_1() -> bool:
    from datasette.app import Datasette
    from datasette.plugins import pm

    hooks = (getattr(pm.hook, name, None) for name in ("register_actions", "permission_resources_sql"))
    return all(hook is not None and hook.has_spec() for hook in hooks) and hasattr(Datasette, "allowed")


#: (datasette, actor) → whether the actor (None for a stranger) may see this Datasette at all
may_view_instance = _may_view_instance_1 if FROM_1_0 else _may_view_instance_0
#: (datasette, actor, database) → whether the actor may see the instance and this database
may_view_database = _may_view_database_1 if FROM_1_0 else _may_view_database_0
#: (datasette, actor, database, tables) → whether the actor may see every one of the tables
may_view_tables = _may_view_tables_1 if FROM_1_0 else _may_view_tables_0
#: (datasette, actor, action) → whether the token of the actor is not restricted to other actions
within_restrictions = _within_restrictions_1 if FROM_1_0 else _within_restrictions_0
#: (actions, granted) → hooks by which Datasette knows the actions, and who is granted them
hooks = _hooks_1 if FROM_1_0 else _hooks_0
needs = {"permissions": _needed_1 if FROM_1_0 else _needed_0}


async def ensure_instance_visible(datasette: Any, actor: Any) -> None:
    """Raises Datasette's `Forbidden` where `actor` may not see this Datasette."""
    from datasette import Forbidden

    if not await may_view_instance(datasette, actor):
        raise Forbidden("view-instance")
