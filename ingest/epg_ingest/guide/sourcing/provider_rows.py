"""Rows of `providers`: the statements, and what of a provider's settings they hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...core.models import Provider
from ...core.redact import program_of, redact_url
from ...core.times import iso
from ...storage.vault import Credentials

LIST = """
    SELECT id, name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language, channel_policy, repair_text,
           created_at, updated_at, kind, mirrors, schedule, schedule_timezone, downloads_per_day
    FROM providers ORDER BY priority, id
"""
BY_NAME_OR_ID = """
    SELECT id, name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language, channel_policy, repair_text,
           created_at, updated_at, kind, mirrors, schedule, schedule_timezone, downloads_per_day
    FROM providers WHERE name = :name OR id = :id
"""
INSERT = """
    INSERT INTO providers (name, xmltv_url, public_url, enabled, priority, timezone, shift_minutes, language, channel_policy,
                           repair_text, created_at, updated_at, kind, mirrors, schedule, schedule_timezone, downloads_per_day)
    VALUES (:name, :xmltv_url, :public_url, :enabled, :priority, :timezone, :shift_minutes, :language, :channel_policy,
            :repair_text, :created_at, :updated_at, :kind, :mirrors, :schedule, :schedule_timezone, :downloads_per_day)
"""
UPDATE = """
    UPDATE providers SET name = :name, xmltv_url = :xmltv_url, public_url = :public_url, enabled = :enabled,
        priority = :priority, timezone = :timezone, shift_minutes = :shift_minutes, language = :language,
        channel_policy = :channel_policy, repair_text = :repair_text, updated_at = :updated_at, kind = :kind,
        mirrors = :mirrors, schedule = :schedule, schedule_timezone = :schedule_timezone,
        downloads_per_day = :downloads_per_day
    WHERE id = :id
"""
#: settings that are kept in `epg.db` as they are; those of the source have their own rule
PUBLIC = (
    "name",
    "priority",
    "timezone",
    "shift_minutes",
    "language",
    "public_url",
    "channel_policy",
    "repair_text",
    "enabled",
    "schedule",
    "schedule_timezone",
    "downloads_per_day",
)


def row_of_settings(
    settings: Mapping[str, Any], kind: str, credentials: Credentials, now: int
) -> dict[str, Any]:
    """The row that settings give. It has whole addresses only if the provider's URL is public (spec section 2).

    Of a command it has the name of the program. `now` is epoch seconds.
    """
    public = settings["public_url"]
    row = {key: settings[key] for key in PUBLIC}
    return row | {
        "language": json.dumps(settings["language"]),
        "kind": kind,
        "xmltv_url": _published(credentials, public),
        "mirrors": json.dumps([mirror if public else redact_url(mirror) for mirror in credentials.mirrors]),
        "updated_at": iso(now),
    }


def _published(credentials: Credentials, public: bool) -> str | None:
    if credentials.command:
        return f"command:{program_of(credentials.command)}"
    url = credentials.url
    if url is None or public or url.startswith("command:"):
        return url
    return redact_url(url)


def row_of(provider: Provider) -> dict[str, Any]:
    """The row of a provider that is stored, without its id and times."""
    row = {key: getattr(provider, key) for key in (*PUBLIC, "kind", "xmltv_url")}
    return row | {"language": json.dumps(provider.language), "mirrors": json.dumps(provider.mirrors)}


def provider_of(row: tuple[Any, ...]) -> Provider:
    """The provider in a row of `LIST`."""
    (ident, name, url, public, enabled, priority, timezone, shift, language, policy, repair, created, updated, kind, mirrors,
     schedule, schedule_timezone, downloads) = row  # fmt: skip
    return Provider(
        ident, name, url, bool(public), bool(enabled), priority, timezone, shift, tuple(json.loads(language)), policy,
        bool(repair), created, updated, kind, tuple(json.loads(mirrors)), schedule, schedule_timezone, downloads,
    )  # fmt: skip
