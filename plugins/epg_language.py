"""Says that the pages are English: Datasette's base template has an `<html>` without `lang`, in no block of its own.

Screen readers choose their voice by it (WCAG 2.2, 3.1.1).
"""

from datasette import hookimpl
from jinja2.ext import Extension


class Language(Extension):
    """Adds `lang` to the template source before it is compiled, also for `default:base.html`."""

    def preprocess(self, source, name, filename=None):
        if name and name.rpartition(":")[2] == "base.html":
            return source.replace("<html>", '<html lang="en">', 1)
        return source


@hookimpl
def prepare_jinja2_environment(env):
    env.add_extension(Language)
