"""The environment of child processes: settings in, secrets out."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import UsageError
from ..core.redact import redact
from .definitions import BY_DEFAULT, BY_KEY, SECRET_VARIABLES

if TYPE_CHECKING:
    from .settings import Settings

#: Datasette's variable for the secret that signs cookies
SESSION_VARIABLE = "DATASETTE_SECRET"


def external_checkpoints() -> bool:
    """Whether a replication program checkpoints the guide (`EPG_CHECKPOINT`). Raises `UsageError` for an unknown word.

    A typing error must not pass: two programs that checkpoint at once leave a replica without changes.
    """
    return _word("EPG_CHECKPOINT", "external", "internal") == "external"


def is_replica() -> bool:
    """Whether this machine's guide comes from elsewhere (`EPG_ROLE`). Raises `UsageError` for an unknown word."""
    return _word("EPG_ROLE", "replica", "primary") == "replica"


#: the web server refuses a token with fewer characters (`plugins/epg_token.py`)
LEAST_TOKEN = 16
_SITE = re.compile(r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[^\s?#]*)?")


def check_other_variables() -> None:
    """Check the variables that are no settings, and no secrets, as those do who read them. Raises `UsageError`."""
    external_checkpoints()
    is_replica()
    url = os.environ.get("EPG_PUBLIC_URL", "").strip()
    if url and not _SITE.fullmatch(url):
        said = "EPG_PUBLIC_URL must be the address of the site, such as https://guide.example.org"
        raise UsageError(f"{said}, not {redact(url)[:60]!r}")


def token_refused() -> str:
    """Why no web server starts with the `EPG_API_TOKEN` of the environment, and what to do; "" for a good one and for none."""
    token = os.environ.get("EPG_API_TOKEN")
    weakness = "" if token is None else _weakness(token)
    if not weakness:
        return ""
    remedy = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
    return f"EPG_API_TOKEN {weakness}, so no web server starts with it; unset it, or make one with: {remedy}"


def _weakness(token: str) -> str:
    """What is wrong with a token, "" for a good one: as the start of the web server sees it."""
    if not token.strip():
        return "is empty"
    if not token.isascii():
        return "has characters outside ASCII"
    if any(char <= " " or char == "\x7f" for char in token):
        return "has white space in it"
    return f"is shorter than {LEAST_TOKEN} characters" if len(token) < LEAST_TOKEN else ""


def _word(variable: str, *allowed: str) -> str:
    """The value of a variable in small letters, "" if it is not set."""
    given = os.environ.get(variable, "").strip()
    if given and given.lower() not in allowed:
        raise UsageError(f"{variable} must be {' or '.join(allowed)}, not {given[:40]!r}")
    return given.lower()


def without_secrets() -> dict[str, str]:
    """This process's environment without tokens and cookie secrets, for a process that answers no requests."""
    hidden = {*SECRET_VARIABLES, SESSION_VARIABLE}
    return {name: value for name, value in os.environ.items() if name not in hidden}


def settings_as_variables(settings: Settings) -> dict[str, str]:
    """All settings as environment variables for a child process, in which they beat the configuration file.

    Which of them are defaults is passed on too: a cleanup trusts what somebody has set more than a default.
    """
    values = {key: "none" if settings[key] is None else str(settings[key]) for key in settings}
    values["database.path"] = str(Path(settings["database.path"]).resolve())
    defaults = " ".join(key for key in settings if key not in settings.given)
    return {BY_DEFAULT: defaults} | {BY_KEY[key].variable: value for key, value in values.items()}
