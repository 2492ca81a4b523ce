"""Hooks of what is around every page: words, places and files in templates, the files themselves, and compression.

The work is in `epg_web.shell`. Datasette's base template has an `<html>` without `lang`, outside any block; screen readers
choose their voice by it (WCAG 2.2, 3.1.1), so it is added to the source.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasette import hookimpl
from jinja2.ext import Extension

# Datasette executes this file by its path, not as part of a package, so the folder of `epg_web` is not on `sys.path`.
if str(Path(__file__).resolve().parent) not in sys.path:
    sys.path.append(str(Path(__file__).resolve().parent))

from epg_web.base.base_url import prefix, without_prefix
from epg_web.base.http import App, Receive, Scope, Send, wants_gzip
from epg_web.base.instance_names import DATABASE
from epg_web.base.viewer import viewer_language, written_times
from epg_web.host.base_document import base_document, names_its_content
from epg_web.host.site_texts import title_of_site
from epg_web.host.table_rows import GLOBALS, RowsAtOnce
from epg_web.shell.gzipped import Gzipped, keeping
from epg_web.shell.language import gettext, ngettext
from epg_web.shell.navigation import OPERATORS, TABS
from epg_web.shell.static_answers import ADDRESS, static_file
from epg_web.shell.static_files import SITE, address_of


class LanguageAttribute(Extension):
    """Adds `lang` to the source of the template before it is compiled, also for `default:base.html`."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if name and name.rpartition(":")[2] == "base.html":
            language = 'lang="{{ viewer_language().code }}" data-locale="{{ viewer_language().tag }}"'
            return source.replace("<html>", f"<html {language}>", 1)
        return source


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    def asset(name: str) -> str:
        return str(datasette.urls.path(address_of(name)))

    def site_title() -> str:
        return str(title_of_site(datasette) or gettext("TV guide"))

    env.add_extension(LanguageAttribute)
    env.add_extension(RowsAtOnce)
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(gettext, ngettext, newstyle=True)
    env.globals |= {"asset": asset, "site_title": site_title, "tabs": TABS, "operators": OPERATORS} | GLOBALS
    env.globals["viewer_language"] = viewer_language.current
    env.globals |= {
        "short_day": written_times.short_day, "weekday_short": written_times.weekday_short, "dated": written_times.dated,
        "weekday_day": written_times.weekday_day, "clock_time": written_times.clock, "zone_place": written_times.zone_place,
    }  # fmt: skip
    env.globals["epg_base_document"] = lambda: base_document(datasette)


# Before the bundle's own `/static/`, which would take every address below it.
@hookimpl(tryfirst=True)
def register_routes(datasette: Any) -> list[tuple[str, Any]]:
    if DATABASE not in datasette.databases and datasette.config_dir is None:
        return []
    return [(ADDRESS, static_file)]


@hookimpl
def extra_css_urls(datasette: Any, template: str | None) -> list[str]:
    """Our style sheet on Datasette's own pages. Our pages ask for it themselves."""
    ours = (template or "").startswith(("epg-", "_epg-"))
    return [] if ours or DATABASE not in datasette.databases else [datasette.urls.path(address_of(SITE))]


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[App], App]:
    """Compress what Datasette sends: pages, style sheets, scripts. Our own answers are compressed where they are made."""
    front = prefix(datasette)

    def wrap(app: App) -> App:
        async def smaller(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or DATABASE not in datasette.databases:
                return await app(scope, receive, send)
            viewer_language.begin(scope)
            path, query = without_prefix(front, scope)["path"], scope.get("query_string", b"")
            if names_its_content(datasette, path, query):
                send = keeping(send)
            packs = scope["method"] == "GET" and wants_gzip(scope)
            await app(scope, receive, Gzipped(send) if packs else send)

        return smaller

    return wrap
