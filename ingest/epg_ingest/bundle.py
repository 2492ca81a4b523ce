"""The `datasette` entry point: does for an installed copy what `datasette .` does for a checkout.

After `pip install`, `datasette epg.db` in any directory has the plugins, descriptions, queries, templates
and static files. The plugin `epg_settings.py` applies `metadata.yaml` and the limits of `settings.json`. An instance that
has no database named `epg` is left as it is.

Datasette imports this module while `datasette.plugins` is still being loaded: plugin files may import
`hookimpl` and other names of the package `datasette` at their top, but `.app`, `.database` and `.plugins`
only in functions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette import hookimpl


def bundle_folder() -> Path:
    """Where `metadata.yaml` and the rest are: inside the wheel's package, or the checkout around it."""
    package = Path(__file__).resolve().parent
    installed = package / "_bundle"
    return installed if installed.is_dir() else package.parent.parent


BUNDLE = bundle_folder()


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Search the bundle's templates after those of `--template-dir`, before those of plugins and of Datasette."""
    search = env.loader.loaders[0].searchpath
    folder = str(BUNDLE / "templates")
    if folder not in search:
        search.insert(1 if datasette.template_dir else 0, folder)


@hookimpl
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    """Serve the bundle's static files, unless the user has mounted `static` (a configuration directory does)."""
    from datasette.utils.asgi import asgi_static

    if "epg" not in datasette.databases or any(name == "static" for name, _ in datasette.static_mounts):
        return []
    return [(r"^/static/(?P<path>.*)$", asgi_static(str(BUNDLE / "static")))]


def register_plugins() -> None:
    """Register each plugin under its file name, as `--plugins-dir` does, so that none is registered twice."""
    from datasette.plugins import pm
    from datasette.utils import module_from_path

    for path in sorted((BUNDLE / "plugins").glob("*.py")):
        if pm.get_plugin(path.name) is None:
            pm.register(module_from_path(str(path), name=path.name))


# Last, when the hooks above are defined: the import of `datasette.plugins` may register this very module.
register_plugins()
