"""Which rules are in effect for each provider, and with which its stored programmes were made."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..core.errors import EpgError
from ..rules.rule import Rule

log = logging.getLogger(__name__)

#: raised whenever the same rules would make something else of a content
_VERSION = 2
#: states of `rule_states` that are no fingerprint: some contents were made with other rules; they are being rewritten
MIXED, APPLYING = "mixed", "applying:"
_OWN = """
    SELECT position, field, pattern, action, value, provider_id, enabled FROM rules
    WHERE enabled AND (provider_id IS NULL OR provider_id = ?) ORDER BY position, id
"""
_CHOICES = "SELECT name, provider_id, enabled FROM rule_choices WHERE provider_id IS NULL OR provider_id = ?"
_VERDICTS = "SELECT name, verdict, reason FROM rule_proofs WHERE provider_id = ? AND name <> ''"
_STATE = "SELECT fingerprint FROM rule_states WHERE provider_id = ?"
_SET_STATE = (
    "INSERT OR REPLACE INTO rule_states (provider_id, fingerprint) SELECT id, ? FROM providers WHERE id = ?"
)
_PROVIDERS = "SELECT id FROM providers ORDER BY id"


class SetState(NamedTuple):
    """Whether a set is on for a provider, and why."""

    enabled: bool
    reason: str


def set_states(conn: sqlite3.Connection, provider_id: int | None) -> dict[str, SetState]:
    """The sets that somebody chose, or that were judged by the provider's own numbers; all others are off.

    A choice for this provider counts first. A choice for all providers does not turn a set on that its own numbers refute.
    Without a choice, a set is on if it proved right. `provider_id` None gives the choices for all providers.
    """
    choices = {(name, provider): bool(on) for name, provider, on in conn.execute(_CHOICES, [provider_id])}
    verdicts = {name: (verdict, why) for name, verdict, why in conn.execute(_VERDICTS, [provider_id])}
    found: dict[str, SetState] = {}
    for name in {name for name, _ in choices} | verdicts.keys():
        own, general = choices.get((name, provider_id)), choices.get((name, None))
        verdict, why = verdicts.get(name, ("open", ""))
        if provider_id is not None and own is not None:
            found[name] = SetState(own, f"turned {'on' if own else 'off'} for this provider")
        elif general and verdict != "refuted":
            found[name] = SetState(True, "turned on for all providers")
        elif general is False:
            found[name] = SetState(False, "turned off for all providers")
        else:
            found[name] = SetState(verdict == "proved", f"{verdict}: {why}" if why else "off")
    return found


def rules_in_effect(conn: sqlite3.Connection, provider_id: int) -> tuple[Rule, ...]:
    """The rules for a provider's programmes, in their order: people's own and those of the sets that are on."""
    own = [Rule(*row) for row in conn.execute(_OWN, [provider_id])]
    names = frozenset(name for name, state in set_states(conn, provider_id).items() if state.enabled)
    if not names:
        return tuple(own)
    from ..rules.sets import shipped_rules

    return tuple(sorted([*own, *shipped_rules(names)], key=lambda rule: rule.position))


def usable_rules(conn: sqlite3.Connection, provider_id: int) -> tuple[Rule, ...] | None:
    """The same; None where there are some and google-re2 is missing, which one line of the log says."""
    rules = rules_in_effect(conn, provider_id)
    if rules:
        from ..rules.compiling import library

        try:
            library()
        except EpgError as error:
            log.warning("%s; programmes keep what was written", error.message)
            return None
    return rules


def fingerprint(rules: Sequence[Rule]) -> str:
    """What tells rules apart by what they do; "" for none."""
    if not rules:
        return ""
    said = repr([_VERSION, *((rule.field, rule.pattern, rule.action, rule.value) for rule in rules)])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def state(conn: sqlite3.Connection, provider_id: int) -> str:
    """The fingerprint of the rules with which all stored contents of a provider were made, or one of the states above."""
    row = conn.execute(_STATE, [provider_id]).fetchone()
    return str(row[0]) if row else ""


def set_state(conn: sqlite3.Connection, provider_id: int, fingerprint: str) -> None:
    """Note it, within the open transaction."""
    conn.execute(_SET_STATE, [fingerprint, provider_id])


def note_import(conn: sqlite3.Connection, provider_id: int, used: str, first: bool) -> None:
    """Note within the transaction of an import that its contents were made with the rules `used`, a fingerprint.

    `first` says that there were no others. If others were made with different rules, `applying` looks at all of them.
    """
    before = state(conn, provider_id)
    if first and before != used:
        set_state(conn, provider_id, used)
    elif before not in (used, APPLYING + used, MIXED):
        set_state(conn, provider_id, MIXED)


def stale(conn: sqlite3.Connection, providers: Iterable[int] | None = None) -> dict[int, tuple[Rule, ...]]:
    """The providers whose stored contents were made with other rules than those in effect, with the latter.

    Those whose rules cannot run here, because google-re2 is missing, are left out.
    """
    ids = [ident for (ident,) in conn.execute(_PROVIDERS)] if providers is None else list(providers)
    found = {}
    for ident in ids:
        rules = usable_rules(conn, ident)
        if rules is not None and state(conn, ident) != fingerprint(rules):
            found[ident] = rules
    return found
