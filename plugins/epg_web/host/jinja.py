"""The environment of Jinja in which Datasette renders its pages."""

from typing import Any


def template_environment(datasette: Any) -> Any:
    """Datasette's `jinja2.Environment`."""
    return datasette.jinja_env
