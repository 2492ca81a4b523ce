"""What the operator of the guide should know: failed and stopped imports, stale providers, too little ahead, a full disk.

An alarm is told once, when it begins. When it is over, the next one of its kind is told again.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ..care.alarms import Alarm, AlarmBounds, all_alarms
from ..care.doctor_surroundings import LEAST_FREE
from ..guide.status import provider_states
from ..storage.backup import family
from ..storage.database import connect_readonly, translated
from ..storage.vault import Vault
from ..watch_store import outbox_rows, target_rows
from ..watch_store.alert_clock import ALARMS, ALARMS_AT, set_state, state
from ..watch_store.outbox_rows import NewAlert
from ..watches import wording

MB = 10**6


def collect_alarms(guide: Path, vault: Vault, now: int, *, at_once: bool = False) -> int:
    """Store alerts for alarms that have begun, if it is time to look again or `at_once`; how many. `now` in epoch seconds."""
    with vault.reading() as conn:
        last = state(conn, ALARMS_AT) or 0
        if not at_once and 0 <= now - last < ALARMS:
            return 0
        wanted = any(target.operator for target in target_rows.targets_of(conn))
    found = alarms_of(guide, now) if wanted else []
    with vault.writing() as conn:
        set_state(conn, ALARMS_AT, now)
        return _store(conn, found, now)


def alarms_of(guide: Path, now: int) -> list[Alarm]:
    """What is wrong with a guide at `now` (epoch seconds). Raises `DatabaseError` when it cannot be read."""
    with translated(guide), closing(connect_readonly(guide)) as db:
        providers = provider_states(db, now)
    return all_alarms({"providers": providers}, AlarmBounds(), now) + _of_disk(guide)


def _of_disk(guide: Path) -> list[Alarm]:
    size = sum(file.stat().st_size for file in family(guide) if file.exists())
    free = shutil.disk_usage(guide.parent).free
    if free >= max(LEAST_FREE, size // 10):
        return []
    return [
        Alarm("", "disk", f"{free // MB:,} MB are free where the guide is, which takes {size // MB:,} MB")
    ]


def _store(conn: sqlite3.Connection, found: list[Alarm], now: int) -> int:
    names = {f"{alarm.kind}:{alarm.provider}": alarm for alarm in found}
    known = {name for (name,) in conn.execute("SELECT name FROM alert_alarms")}
    for name in known - names.keys():
        conn.execute("DELETE FROM alert_alarms WHERE name = ?", [name])
    made = 0
    targets = [one for one in target_rows.targets_of(conn) if one.operator and one.enabled and not one.ended]
    for name in names.keys() - known:
        conn.execute("INSERT INTO alert_alarms VALUES (?, ?)", [name, now])
        body = wording.operator(names[name].kind, names[name].line, now)
        for target in targets:
            alert = NewAlert(f"alarm:{name}:{now}:{target.id}", target.owner, target.id, None, body)
            made += outbox_rows.put(conn, alert, now)
    return made
