"""Targets and alerts as people and programs may see them: without addresses, secrets and texts."""

from __future__ import annotations

from typing import Any

from ..core.redact import MASK, redact_url
from ..core.times import iso
from ..watches.target_settings import WEBHOOK, AlertTarget
from ..watches.watch_settings import clock


def shown_target(target: AlertTarget) -> dict[str, Any]:
    """A target with the host of its address; of one for Apprise only the scheme, because a token can stand where hosts do."""
    address = redact_url(target.url) if target.kind == WEBHOOK else f"{target.url.partition(':')[0]}://{MASK}"
    return {
        "id": target.id, "name": target.name, "kind": target.kind, "address": address,
        "private_addresses": target.private_addresses, "digest_at": clock(target.digest_at), "timezone": target.timezone,
        "operator": target.operator, "enabled": target.enabled, "ended": target.ended or None,
    }  # fmt: skip


def shown_alert(row: dict[str, Any]) -> dict[str, Any]:
    """A row of `outbox_rows.log` with its times as text; `next_at` only where it waits."""
    waits = row["state"] in ("waiting", "sending")
    return {
        **row,
        "created_at": iso(row["created_at"]),
        "done_at": None if row["done_at"] is None else iso(row["done_at"]),
        "next_at": iso(row["next_at"]) if waits else None,
        "reason": row["reason"] or None,
    }
