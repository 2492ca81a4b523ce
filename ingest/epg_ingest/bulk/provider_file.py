"""Providers as a file: the settings of all of them as JSON, to take them to another machine.

    {"providers": [{"name": "uk", "url": "https://guide.example/uk.xml", "priority": 10, …}]}

Without secrets a provider has its `url` only where that is public, and no `headers`. What is left out of a file stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..core.errors import UsageError
from ..guide.provider_settings import PUBLIC, validate
from ..guide.providers import add_provider, list_providers, update_provider
from ..guide.sourcing.source_settings import COMMAND
from ..storage.audit import audited, published
from ..storage.vault import ALLOW

if TYPE_CHECKING:
    from sqlite_utils import Database

    from ..core.models import Provider
    from ..storage.vault import Vault

#: a file of providers is small; more than this is a mistake, such as a feed
MAX_BYTES = 10_000_000
_SECRET = ("url", "headers", "mirrors", "command")


@dataclass(frozen=True)
class ProviderDifference:
    """What importing a file would do with a provider: make it if it is `new`, else change `settings`, before and after.

    The values of addresses and headers are not in it.
    """

    name: str
    new: bool
    settings: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def exported(db: Database, vault: Vault, *, secrets: bool) -> dict[str, Any]:
    """All providers, ready for JSON."""
    return {"providers": [_exported(provider, vault, secrets) for provider in list_providers(db)]}


def _exported(provider: Provider, vault: Vault, secrets: bool) -> dict[str, Any]:
    row: dict[str, Any] = {key: getattr(provider, key) for key in PUBLIC}
    row["language"] = list(provider.language)
    if provider.public_url and provider.kind != COMMAND and provider.xmltv_url:
        row |= {"kind": provider.kind, "url": provider.xmltv_url, "mirrors": list(provider.mirrors)}
    kept = vault.get(provider.name) if secrets else None
    if kept is not None:
        row |= {"url": kept.url, "headers": kept.headers, "private_addresses": kept.private_addresses}
        row |= {"kind": provider.kind, "mirrors": list(kept.mirrors)}
        row |= {"command": list(kept.command)} if kept.command else {}
    return row


def from_json(data: bytes) -> list[dict[str, Any]]:
    """The providers of a file, each checked. Raises `UsageError`, which names the provider, for a file that is none."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"the file has more than {MAX_BYTES // 10**6} MB, so it holds no providers")
    try:
        found = json.loads(data)["providers"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError('the file must be JSON such as {"providers": [{"name": "uk"}]}') from error
    if not isinstance(found, list) or not all(isinstance(row, dict) and "name" in row for row in found):
        raise UsageError('"providers" must be a list of objects, each with a name')
    return list(_checked(found))


def _checked(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    names: set[str] = set()
    for number, row in enumerate(rows, 1):
        try:
            clean = validate(row, local_files=True)
        except UsageError as error:
            raise UsageError(f"provider {number}: {error.message}") from error
        if clean["name"].casefold() in names:
            raise UsageError(f"provider {number}: {clean['name']} is in the file twice")
        names.add(clean["name"].casefold())
        yield clean


def differences(db: Database, vault: Vault, rows: Sequence[Mapping[str, Any]]) -> list[ProviderDifference]:
    """What `import_providers` would do. Providers that are as the file says are left out."""
    known = {provider.name.casefold(): provider for provider in list_providers(db)}
    found = [_difference(vault, known.get(row["name"].casefold()), row) for row in rows]
    return [difference for difference in found if difference.new or difference.settings]


def _difference(vault: Vault, provider: Provider | None, row: Mapping[str, Any]) -> ProviderDifference:
    if provider is None:
        return ProviderDifference(row["name"], True)
    kept = vault.get(provider.name)
    before = {key: getattr(provider, key) for key in (*PUBLIC, "kind")} | {
        key: getattr(kept, key, None) for key in (*_SECRET, "private_addresses")
    }
    changed = {key: (value, row[key]) for key, value in before.items() if key in row and row[key] != value}
    hidden = {key: ("…", "…") for key in changed if key in _SECRET}
    return ProviderDifference(provider.name, False, changed | hidden)


def import_providers(
    db: Database, vault: Vault, rows: Sequence[Mapping[str, Any]], *, actor: str, now: int
) -> None:
    """Add the providers that are new, and change the others to what the file says.

    Each is one transaction with a row in `write_log`, as if `actor` had added or changed it alone. `now` is epoch seconds.
    """
    wanted = {row["name"].casefold(): row for row in rows}
    for found in differences(db, vault, rows):
        row = wanted[found.name.casefold()]
        with _recorded(found, row, actor, now):
            if found.new:
                settings = {"private_addresses": ALLOW, "url": None, **row}
                add_provider(db, vault, now=now, local_files=True, **settings)
            else:
                update_provider(db, vault, found.name, row, now=now, local_files=True)


def _recorded(
    found: ProviderDifference, row: Mapping[str, Any], actor: str, now: int
) -> AbstractContextManager[None]:
    """Record what this block changes as the commands for one provider do: what is given, without what is secret."""
    action = "provider.create" if found.new else "provider.update"
    given = {key: row[key] for key in row if (key != "name" if found.new else key in found.settings)}
    details = {"xmltv_url" if key == "url" else key: value for key, value in given.items()}
    return audited(actor, action, f"provider {found.name}", published(details), now=now)
