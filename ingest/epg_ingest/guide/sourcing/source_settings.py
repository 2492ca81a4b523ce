"""What may be set of a provider's source: its kind, mirrors, account and command, and how often it may be asked.

Each check returns the value as it is stored, or raises `UsageError`. No message repeats an address or an argument: they may
hold a password. `settled` puts the settings of one change together with what was there before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...core.errors import UsageError
from ...download.xtream import account_of, credentials_in, with_credentials
from ...storage.vault import Credentials

URL, XTREAM, COMMAND = "url", "xtream", "command"
#: those that the API and the pages may set: a command would let them run programs on this machine
OPEN_KINDS = (URL, XTREAM)
MOST_MIRRORS = 9
MOST_ARGUMENTS = 100
MOST_CHARACTERS = 4_000
MOST_DOWNLOADS = 1_000
#: the settings of a provider that decide where its feed comes from
SOURCE = ("kind", "url", "mirrors", "username", "password", "command")


def kind(value: Any, *, local_files: bool) -> str:
    """`url`, `xtream`, or on the command line `command`."""
    if value == COMMAND and not local_files:
        raise UsageError(
            "a command can only be set on the command line: epg-ingest providers add NAME --command 'tv_grab_xx --days 7'"
        )
    if value not in (*OPEN_KINDS, COMMAND):
        raise UsageError("kind must be url or xtream")
    return str(value)


def mirrors(value: Any, check: Callable[[Any], str | None]) -> tuple[str, ...]:
    """Further addresses of the same feed, each as `check` returns it, without repetitions."""
    if not isinstance(value, (list, tuple)):
        raise UsageError("mirrors must be a list of addresses")
    if len(value) > MOST_MIRRORS:
        raise UsageError(f"a provider may have at most {MOST_MIRRORS} mirrors")
    found = []
    for number, address in enumerate(value, 1):
        try:
            found.append(check(address))
        except UsageError as error:
            raise UsageError(f"mirror {number}: {error.message}") from error
    return tuple(dict.fromkeys(address for address in found if address))


def command(value: Any, *, local_files: bool) -> tuple[str, ...]:
    """The arguments of a program, the program first. A program named by a path gets an absolute one."""
    if not local_files:
        raise UsageError("a command can only be set on the command line")
    if not isinstance(value, (list, tuple)) or not all(isinstance(argument, str) for argument in value):
        raise UsageError("command must be a list of texts, the program first")
    if not value:
        return ()
    if len(value) > MOST_ARGUMENTS or sum(map(len, value)) > MOST_CHARACTERS or not value[0].strip():
        raise UsageError(
            f"a command has a program, at most {MOST_ARGUMENTS} arguments and {MOST_CHARACTERS:,} characters"
        )
    if any("\0" in argument for argument in value):
        raise UsageError("a command may not hold a NUL character")
    program = value[0]
    if os.sep in program:
        program = str(Path(program).expanduser().absolute())
    return (program, *value[1:])


def downloads_per_day(value: Any) -> int | None:
    """How often the addresses of a provider may be asked on one day; None for no limit."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DOWNLOADS:
        raise UsageError(f"downloads_per_day must be a whole number from 1 to {MOST_DOWNLOADS:,}, or none")
    return value


def account_text(key: str, value: Any) -> str | None:
    """A user name or a password; None where it is not given."""
    if value is None:
        return None
    if not isinstance(value, str) or not value or len(value) > 500 or not value.isprintable():
        raise UsageError(f"{key} must be a text of 1 to 500 characters that can be printed")
    return value


def settled(
    before: tuple[str, Credentials], after: Credentials, clean: Mapping[str, Any]
) -> tuple[str, Credentials]:
    """The kind and the credentials of a provider after a change of settings that `validate` returned.

    `before` is what was there, `after` has the new address, headers and access already. Raises `UsageError` for settings that
    contradict one another.
    """
    if not clean.keys() & set(SOURCE):
        return before[0], after
    kind = clean.get("kind") or _meant_kind(before[0], clean)
    if kind == COMMAND:
        return kind, _of_command(after, clean)
    if clean.get("command"):
        raise UsageError(f"a command and kind {kind} contradict each other")
    after = replace(after, mirrors=clean.get("mirrors", after.mirrors), command=())
    after = _with_account(after, clean.get("username"), clean.get("password"))
    if after.mirrors and not after.url:
        raise UsageError("mirrors need an address that they mirror; give the provider a URL")
    if kind == XTREAM:
        if not after.url:
            raise UsageError("an Xtream account needs the address of its server")
        account_of(after.url)
        after = replace(after, mirrors=_with_accounts(after.url, after.mirrors))
    return kind, after


def _meant_kind(before: str, clean: Mapping[str, Any]) -> str:
    """The kind where nobody says it: a new command or a new address tells."""
    if clean.get("command"):
        return COMMAND
    return URL if before == COMMAND and (clean.get("url") or "command" in clean) else before


def _of_command(after: Credentials, clean: Mapping[str, Any]) -> Credentials:
    after = replace(after, command=clean.get("command", after.command), headers={})
    if not after.command:
        raise UsageError("kind command needs the command: --command 'tv_grab_xx --days 7'")
    if clean.get("url") or clean.get("mirrors") or clean.get("username") or clean.get("password"):
        raise UsageError("a command has no address, no mirrors and no account")
    return replace(after, url=None, mirrors=())


def _with_account(after: Credentials, user: str | None, password: str | None) -> Credentials:
    """The credentials with a user name and password in the address; what is not given stays."""
    if user is None and password is None:
        return after
    if not after.url or "://" not in after.url or after.url.startswith("file:"):
        raise UsageError("a user name and a password need an http or https address")
    old_user, old_password = credentials_in(after.url)
    user, password = user or old_user, password or old_password
    if not user or not password:
        raise UsageError("give both the user name and the password")
    return replace(after, url=with_credentials(after.url, user, password))


def _with_accounts(url: str, mirrors: Sequence[str]) -> tuple[str, ...]:
    """The other servers of an account. One without a user name has that of the first."""
    user, password = credentials_in(url)
    return tuple(
        mirror if all(credentials_in(mirror)) else with_credentials(mirror, user, password)
        for mirror in mirrors
    )
