"""The environment of Jinja in which Datasette renders its pages, and the scripts that its base template has in it."""

import re
from typing import Any

from datasette import __version__

from .running import FROM_1_0

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
#: the templates of Datasette that are part of every page and have scripts in them
_TEMPLATES = ("default:base.html", "_close_open_menus.html") if FROM_1_0 else ("_close_open_menus.html",)


def template_environment(datasette: Any) -> Any:
    """Datasette's `jinja2.Environment`."""
    return datasette.get_jinja_environment() if FROM_1_0 else datasette.jinja_env


def inline_scripts(datasette: Any) -> list[str]:
    """The texts of the scripts within Datasette's base template, as they are sent.

    The source will do: it has no variable but the version, and the environment can only render asynchronously.
    """
    env = template_environment(datasette)
    sources = [env.loader.get_source(env, name)[0] for name in _TEMPLATES]
    scripts = [text for source in sources for text in _INLINE.findall(source)]
    known = [text.replace("{{ datasette_version }}", __version__) for text in scripts]
    return [text for text in known if "{{" not in text]
