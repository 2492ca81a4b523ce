"""`epg-ingest providers`: where feeds come from."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from ..core.errors import UsageError
from .app import App, json_option, print_json, print_table
from .asking.command_groups import HelpfulGroup
from .asking.destroying import remove
from .asking.provider_commands import export_, import_
from .provider_options import given_address, given_settings, permit, settings_options

if TYPE_CHECKING:
    from ..core.models import Provider
    from ..storage.vault import Credentials


@click.group(cls=HelpfulGroup)
def providers() -> None:
    """Where feeds come from: list, add, change, remove."""


for command in (export_, import_, remove):
    providers.add_command(command)


@providers.command("list")
@json_option
@click.pass_obj
def list_(app: App, as_json: bool) -> None:
    """List all providers, the best first."""
    from ..guide.providers import list_providers

    with app.reading() as db:
        found = list_providers(db)
    if as_json:
        print_json([asdict(provider) for provider in found])
    elif not found:
        app.note("no providers yet; add one with: epg-ingest providers add NAME URL")
    else:
        headers = (
            "ID", "NAME", "ENABLED", "PRIORITY", "TIMEZONE", "SHIFT", "LANGUAGE", "CHANNELS", "SCHEDULE", "URL",
        )  # fmt: skip
        print_table(headers, [_line(provider) for provider in found])


def _line(p: Provider) -> tuple[Any, ...]:
    zone, language = p.timezone or "UTC", ",".join(p.language)
    enabled = "yes" if p.enabled else "no"
    schedule = " ".join(filter(None, (p.schedule or "default", p.schedule and p.schedule_timezone)))
    url = f"{p.xmltv_url} +{len(p.mirrors)}" if p.mirrors else p.xmltv_url
    return (
        p.id, p.name, enabled, p.priority, zone, p.shift_minutes, language, p.channel_policy, schedule, url,
    )  # fmt: skip


@providers.command()
@click.argument("name")
@click.option("--reveal", is_flag=True, help="Print the whole URL and the headers, secrets included.")
@json_option
@click.pass_obj
def show(app: App, name: str, reveal: bool, as_json: bool) -> None:
    """Show the settings of one provider; NAME may be its id."""
    from ..guide.messages import lost_secrets
    from ..guide.providers import get_provider

    with app.reading() as db:
        provider = get_provider(db, name)
    readable = app.vault.readable
    kept = app.vault.get(provider.name) if readable else None
    if not readable:
        app.note(f"address and headers are left out: only the owner of {app.vault.path} may read it")
    elif lost := lost_secrets(provider, kept):
        app.warn(lost)
    shown = {**asdict(provider), **_credentials(kept, reveal)}
    if as_json:
        print_json(shown)
        return
    width = max(map(len, shown))
    for key, value in shown.items():
        app.say(f"{key:<{width}}  {_text(value)}".rstrip())


def _credentials(credentials: Credentials | None, reveal: bool) -> dict[str, Any]:
    """What `epg.secrets` holds: names of headers only, and no address, unless asked."""
    if credentials is None:
        return {"url": None, "headers": {}, "private_addresses": None, "command": []}
    hidden = ["********"] * (len(credentials.command) - 1)
    found = {"mirrors": credentials.mirrors} if reveal else {}
    return {
        **found,
        "command": list(credentials.command) if reveal else [*credentials.command[:1], *hidden],
        "url": credentials.url if reveal else "********" if credentials.url else None,
        "headers": credentials.headers if reveal else dict.fromkeys(credentials.headers, "********"),
        "private_addresses": credentials.private_addresses,
    }


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {content}" for key, content in value.items())
    if isinstance(value, (tuple, list)):
        return ",".join(value)
    return "" if value is None else str(value)


@providers.command()
@click.argument("name")
@click.argument("url", required=False)
@settings_options
@click.option("--disabled", is_flag=True, help="Import it only when named, and hide its programmes.")
@click.pass_obj
def add(app: App, /, name: str, url: str | None, disabled: bool, **options: Any) -> None:
    """Add a provider. URL is an http(s) address, a file, or - to read the address from standard input.

    With --command there is no URL. The address, user name and password included, is kept in epg.secrets; epg.db gets its host
    only.
    """
    from ..guide.provider_settings import validate
    from ..guide.providers import add_provider

    settings = given_settings(options)
    settings.setdefault("private_addresses", app.settings["download.private_addresses"])
    if (url is None) == ("command" not in settings):
        raise UsageError("give the URL of a feed, or a program with --command")
    address = None if url is None else given_address(url)
    # before a database is made for it
    validate({"name": name, "url": address, **settings}, local_files=True)
    with app.database(create=True) as db:
        provider = add_provider(
            db, app.vault, name, address, now=app.now, local_files=True, enabled=not disabled, **settings
        )
    app.say(
        f"added {provider.name} ({provider.xmltv_url}); import it with: epg-ingest import {_quoted(provider)}"
    )


@providers.command()
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="A new name.")
@click.option("--url", metavar="URL", help="A new address; - reads it from standard input.")
@settings_options
@click.option("--no-headers", is_flag=True, help="Forget all request headers.")
@click.option("--no-mirrors", is_flag=True, help="Forget all mirrors.")
@click.pass_obj
def update(
    app: App,
    /,
    name: str,
    new_name: str | None,
    url: str | None,
    no_headers: bool,
    no_mirrors: bool,
    **options: Any,
) -> None:
    """Change settings of a provider. Settings that are not given stay. --header replaces all headers, --mirror all mirrors."""
    from ..guide.providers import get_provider, update_provider

    changes = given_settings(options)
    for option, forget, key in (("--header", no_headers, "headers"), ("--mirror", no_mirrors, "mirrors")):
        if forget and key in changes:
            raise UsageError(f"{option} and --no-{key} contradict each other")
    changes |= {"headers": {}} if no_headers else {}
    changes |= {"mirrors": []} if no_mirrors else {}
    changes |= {"name": new_name} if new_name is not None else {}
    changes |= {"url": given_address(url)} if url is not None else {}
    if not changes:
        raise UsageError("nothing to change; see: epg-ingest providers update --help")
    with app.database() as db:
        before = app.vault.get(get_provider(db, name).name)
        permit(changes, before.url if before else None, app.settings)
        provider = update_provider(db, app.vault, name, changes, now=app.now, local_files=True)
    after = app.vault.get(provider.name)
    if before and before.headers and after and not after.headers and "headers" not in changes:
        app.note("its headers were for the other host and are forgotten; give them again with --header")
    app.say(f"updated {provider.name}")


@providers.command()
@click.argument("name")
@click.pass_obj
def enable(app: App, name: str) -> None:
    """Import a provider again and show its programmes."""
    _set_enabled(app, name, True)


@providers.command()
@click.argument("name")
@click.pass_obj
def disable(app: App, name: str) -> None:
    """Hide all programmes of a provider at once and stop importing it. Nothing is deleted."""
    _set_enabled(app, name, False)


def _set_enabled(app: App, name: str, enabled: bool) -> None:
    from ..guide.providers import set_enabled

    with app.database() as db:
        provider = set_enabled(db, app.vault, name, enabled, now=app.now)
    app.say(f"{'enabled' if enabled else 'disabled'} {provider.name}")


def _quoted(provider: Provider) -> str:
    import shlex

    return shlex.quote(provider.name)
