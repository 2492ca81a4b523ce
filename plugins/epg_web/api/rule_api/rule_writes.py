"""Writes of rules: see `writes`. Stored programmes follow before the answer."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from ...base.answer import Answer, Refused, dump
from ...base.connections import connect
from ..route_kinds import BASE
from ..writes import Write
from .rule_reads import one_rule, provider_id

#: contents that a test over HTTP looks at: about a second of work
MOST = 100_000
_FOLLOWED = ("contents", "programmes")


def _create(asked: Write) -> Answer:
    made = asked.run("rule.create", asked.body)
    return Answer(dump(_done(asked, made)), 201, headers={"Location": f"{BASE}/rules/{made['id']}"})


def _update(asked: Write) -> Answer:
    body = dict(asked.body)
    return Answer(dump(_done(asked, asked.run("rule.update", {"rule": asked.ident, **body}))))


def _done(asked: Write, done: dict[str, Any]) -> dict[str, Any]:
    return {**one_rule(asked.path, done["id"]), **{name: done[name] for name in _FOLLOWED}}


def _delete(asked: Write) -> Answer:
    asked.run("rule.delete", {"rule": asked.ident})
    return Answer(b"", 204)


def _choose(asked: Write) -> Answer:
    done = asked.run("rule_set.choose", asked.body)
    return Answer(dump({name: done[name] for name in ("sets", "enabled", *_FOLLOWED)}))


def _test(asked: Write) -> Answer:
    return Answer(dump(tested(asked)))


def tested(asked: Write) -> dict[str, Any]:
    """What the rule or the sets of the body would change. Raises `Refused` and what `try_rules` raises."""
    from epg_ingest.rule_store import trial

    body = asked.body
    with closing(connect(str(asked.path))) as conn:
        provider = provider_id(conn, None if body.get("provider") is None else str(body["provider"]))
        if body.get("provider") is not None and provider is None:
            raise Refused(400, "there is no such provider")
        given: dict[str, Any] = {
            name: body[name] for name in ("field", "pattern", "action", "value") if name in body
        }
        return trial.try_given(conn, given, body.get("sets", []), provider_id=provider, most=MOST)


RULE_WRITES: dict[str, Callable[[Write], Answer]] = {
    "rule_create": _create, "rule_update": _update, "rule_delete": _delete, "rule_sets_choose": _choose,
    "rules_test": _test,
}  # fmt: skip
