"""The environment of the processes that a service starts."""

from __future__ import annotations

import os

from .settings import SECRET_VARIABLES

#: what signs cookies; Datasette's own variable
SESSION_VARIABLE = "DATASETTE_SECRET"


def without_secrets() -> dict[str, str]:
    """Our environment for a process that answers nobody, and so needs neither tokens nor what signs cookies."""
    hidden = {*SECRET_VARIABLES, SESSION_VARIABLE}
    return {name: value for name, value in os.environ.items() if name not in hidden}
