"""What rules would change: stored contents before and after them, with counts. Nothing is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from ..core.errors import UsageError
from ..rules.rule import Rule
from ..rules.sets import shipped_rules
from ..rules.stored_columns import Columns
from . import in_effect
from .applying import differing, tidies_of
from .changed_contents import Rewritten
from .chosen_sets import names_of
from .own_rules import checked, get, last_position

#: pairs of before and after that are returned
EXAMPLES = 20
_PROVIDERS = "SELECT id, name FROM providers WHERE :provider IS NULL OR id = :provider ORDER BY id"
_SHOWINGS = "SELECT count(*) FROM airings WHERE content_id = ?"
#: columns that an example has, where they differ
_SHOWN = ("title", "subtitle", "description", "category", "season", "episode", "is_new")


def try_rules(
    conn: sqlite3.Connection,
    rules: Sequence[Rule] = (),
    sets: Sequence[str] = (),
    provider_id: int | None = None,
    most: int | None = None,
    examples: int = EXAMPLES,
) -> dict[str, Any]:
    """What `rules` and `sets` would change, if they were on as well as what is on, for a provider or (None) for all.

    At most `most` contents are looked at (None: all). Returns `contents`, `programmes`, `looked_at`, whether that was all
    (`complete`), and `examples` with `provider`, `before` and `after`. Raises `UsageError` for a rule that cannot be used.
    """
    names = dict(conn.execute(_PROVIDERS, {"provider": provider_id}).fetchall())
    extra = [*rules, *shipped_rules(frozenset(sets))]
    wanted = {ident: _together(conn, ident, extra) for ident in names}
    tidies = tidies_of(wanted)
    found: dict[str, Any] = {
        "contents": 0,
        "programmes": 0,
        "looked_at": 0,
        "complete": False,
        "examples": [],
    }
    last, seen = 0, 0
    while most is None or seen < most:
        before = last
        last, changed = differing(conn, tidies, last)
        seen += last - before if last else 0
        for one in changed:
            found["contents"] += 1
            found["programmes"] += conn.execute(_SHOWINGS, [one.id]).fetchone()[0]
            if len(found["examples"]) < examples:
                found["examples"].append({"provider": names[one.provider], **_example(one)})
        if not last:
            found["complete"] = True
            break
    found["looked_at"] = _counted(conn, None if found["complete"] else last)
    return found


def try_given(
    conn: sqlite3.Connection, given: Mapping[str, Any], sets: Sequence[str], **options: Any
) -> dict[str, Any]:
    """The same for a rule in the form of its settings, or for sets by their names. Raises `UsageError` and `NotFoundError`."""
    if (given and sets) or not (given or sets):
        raise UsageError("give a rule or sets to test, not both")
    if sets:
        return try_rules(conn, sets=names_of(sets, False), **options)
    values = checked(given)
    rule = Rule(last_position(conn) + 1, *(values[name] for name in ("field", "pattern", "action", "value")))
    return try_rules(conn, [rule], **options)


def try_stored(conn: sqlite3.Connection, rule_id: int, **options: Any) -> dict[str, Any]:
    """The same for a stored rule that is off. Raises `UsageError` for one that is on: its programmes are changed already."""
    row = get(conn, rule_id)
    if row["enabled"]:
        raise UsageError(
            f"rule {rule_id} is on, so stored programmes follow it already; disable it to test it"
        )
    rule = Rule(*(row[name] for name in ("position", "field", "pattern", "action", "value")))
    provider = row["provider_id"] or options.pop("provider_id", None)
    return try_rules(conn, [rule], provider_id=provider, **options)


def _together(conn: sqlite3.Connection, provider: int, extra: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rules in effect and others, each once, in their order."""
    rules = in_effect.rules_in_effect(conn, provider)
    known = {(rule.field, rule.pattern, rule.action, rule.value) for rule in rules}
    more = [rule for rule in extra if (rule.field, rule.pattern, rule.action, rule.value) not in known]
    return tuple(sorted([*rules, *more], key=lambda rule: rule.position))


def _counted(conn: sqlite3.Connection, last: int | None) -> int:
    counted = conn.execute("SELECT count(*) FROM contents WHERE :last IS NULL OR id <= :last", {"last": last})
    return int(counted.fetchone()[0])


def _example(one: Rewritten) -> dict[str, Any]:
    before, after = Columns(*one.before)._asdict(), Columns(*one.after)._asdict()
    found: dict[str, dict[str, Any]] = {
        "before": {"title": before["title"]},
        "after": {"title": after["title"]},
    }
    for name in _SHOWN:
        if before[name] != after[name]:
            found["before"][name], found["after"][name] = _value(name, before), _value(name, after)
    if before["details"] != after["details"]:
        old, new = orjson.loads(before["details"]), orjson.loads(after["details"])
        for tag in ("date", "premiere", "previously-shown", "subtitles", "live"):
            if old.get(tag) != new.get(tag):
                found["before"][tag], found["after"][tag] = old.get(tag), new.get(tag)
    return found


def _value(name: str, columns: dict[str, Any]) -> Any:
    value = columns[name]
    if name == "category":
        return orjson.loads(value)
    return None if value in ("", -1) else value
