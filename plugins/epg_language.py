"""Says that the pages are in English: Datasette's base template has an `<html>` without `lang`, outside any block.

Screen readers choose their voice by it (WCAG 2.2, 3.1.1).
"""

from typing import Any

from datasette import hookimpl
from jinja2.ext import Extension


class Language(Extension):
    """Adds `lang` to the source of the template before it is compiled, also for `default:base.html`."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name and name.rpartition(":")[2] == "base.html":
            return source.replace("<html>", '<html lang="en">', 1)
        return source


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    env.add_extension(Language)
