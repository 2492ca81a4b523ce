"""Where one can go: the tabs of the bar, the menu, and the places of operators. One list for all pages.

A branch of the site adds its place here. `_` marks the words that catalogues translate, where the page is made.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .marking import marked as _


@dataclass(frozen=True)
class NavigationPlace:
    """`key` is what a page calls its `section`, `icon` a symbol of `_epg-icons.html`."""

    key: str
    path: str
    label: str
    icon: str = ""


#: the tabs: in the bar of a desk, at the foot of a phone
TABS = (
    NavigationPlace("home", "/", _("On now"), "now"),
    NavigationPlace("guide", "/guide", _("Guide"), "grid"),
    NavigationPlace("search", "/guide/search", _("Search"), "search"),
    NavigationPlace("starred", "/guide?starred=1", _("Starred"), "star"),
)
#: for everybody, in the menu
VIEWERS = (
    NavigationPlace("series", "/guide/series", _("Series and films")),
    NavigationPlace("changes", "/guide/changes", _("Changes")),
    NavigationPlace("stats", "/guide/stats", _("Coverage")),
    NavigationPlace("lineups", "/-/epg/lineups", _("Line-ups")),
    NavigationPlace("watch", "/guide/watches", _("Watch for programmes")),
    NavigationPlace("use", "/guide/use", _("Use it elsewhere")),
    NavigationPlace("data", "/epg", _("Tables and queries")),
)
#: for those who may change the guide: in the menu, and as tabs of the pages for administration
OPERATORS = (
    NavigationPlace("channels", "/-/epg/channels", _("Channels")),
    NavigationPlace("providers", "/-/epg/providers", _("Providers")),
    NavigationPlace("imports", "/-/epg/imports", _("Imports")),
    NavigationPlace("mappings", "/-/epg/mappings", _("Channel mappings")),
    NavigationPlace("lineups", "/-/epg/lineups", _("Line-ups")),
    NavigationPlace("rules", "/-/epg/rules", _("Rules")),
    NavigationPlace("watches", "/-/epg/watches", _("Watches")),
)
SIGN_IN = NavigationPlace("login", "/-/epg/login", _("Sign in"))


def menu(writer: bool) -> Iterator[tuple[str, NavigationPlace]]:
    """The menu: (group, place), for operators with their places."""
    seen = set()
    for group, places in ((_("Guide"), VIEWERS), (_("Administration"), OPERATORS if writer else ())):
        for place in places:
            if place.path not in seen:
                seen.add(place.path)
                yield group, place
