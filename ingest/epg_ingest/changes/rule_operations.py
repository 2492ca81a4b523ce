"""The operations on rules that the web process and the commands may ask for; see `operations`.

Each stores its change, then brings it to the stored programmes in short transactions. The result says how many contents and
programmes followed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..core.errors import UsageError
from ..guide.providers import get_provider
from ..rule_store import chosen_sets, own_rules, rule_file
from ..rule_store.applying import apply_rules
from .operations import Change, reference

RULE = ("field", "pattern", "action", "value", "provider", "position", "enabled")
_NEWEST = "SELECT 'rule ' || max(id) FROM rules"


def _create(change: Change) -> dict[str, Any]:
    settings = _settings(change, change.take(("field", "pattern", "action"), RULE))
    with change.recorded(lambda conn: str(conn.execute(_NEWEST).fetchone()[0]), settings):
        made = own_rules.add(change.db, settings)
    return {**made, **_followed(change)}


def _update(change: Change) -> dict[str, Any]:
    given = change.take(("rule",), RULE)
    ident = _ident(given.pop("rule"))
    settings = _settings(change, given)
    with change.recorded(f"rule {ident}", settings):
        done = own_rules.update(change.db, ident, settings)
    return {**done, **_followed(change)}


def _delete(change: Change) -> dict[str, Any]:
    ident = _ident(change.take(("rule",))["rule"])
    with change.recorded(f"rule {ident}", {}):
        gone = own_rules.remove(change.db, ident)
    return {**gone, **_followed(change)}


def _import(change: Change) -> dict[str, Any]:
    document = change.take(("document",))["document"]
    with change.recorded("rules", {}):
        done = rule_file.take(change.db, document)
    return {**done, **_followed(change)}


def _choose(change: Change) -> dict[str, Any]:
    given = change.take(("enabled",), ("sets", "all", "provider"))
    names, enabled = given.get("sets") or [], given["enabled"]
    if (
        not isinstance(enabled, bool)
        or not isinstance(names, list)
        or not isinstance(given.get("all", False), bool)
    ):
        raise UsageError("enabled must be true or false, and names a list of sets")
    chosen = chosen_sets.names_of([str(name) for name in names], given.get("all", False), enabled)
    provider = _provider(change, given)
    subject = ", ".join(chosen) if len(chosen) < 4 else f"{len(chosen)} rule sets"
    with change.recorded(subject, {"enabled": enabled, "provider": given.get("provider"), "sets": chosen}):
        chosen_sets.choose(change.db, chosen, provider, enabled)
    return {"sets": chosen, "enabled": enabled, "provider_id": provider, **_followed(change)}


def _followed(change: Change) -> dict[str, int]:
    done = apply_rules(change.db, now=change.now)
    return {"contents": done.contents, "programmes": done.programmes}


def _settings(change: Change, given: dict[str, Any]) -> dict[str, Any]:
    """Settings as columns: the provider by its number."""
    found = {key: value for key, value in given.items() if key != "provider" and value is not None}
    return {**found, "provider_id": _provider(change, given)} if "provider" in given else found


def _provider(change: Change, given: dict[str, Any]) -> int | None:
    if given.get("provider") is None:
        return None
    return get_provider(change.db, reference("provider", given["provider"])).id


def _ident(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UsageError("rule must be the number of a rule")
    return value


RULE_OPERATIONS: dict[str, Callable[[Change], dict[str, Any]]] = {
    "rule.create": _create,
    "rule.update": _update,
    "rule.delete": _delete,
    "rule.import": _import,
    "rule_set.choose": _choose,
}
