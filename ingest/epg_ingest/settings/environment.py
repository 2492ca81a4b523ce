"""The environment of child processes: settings in, secrets out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import UsageError
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
