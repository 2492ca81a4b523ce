"""The one `KeptLogos` of a Datasette instance, and the addresses that pages show.

plugins:
  datasette-epg:
    logos_mb: 256
    logos_path: /var/cache/epg/logos
    logo_networks: [192.168.1.0/24]
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..base import access
from ..base.instance_names import DATABASE

if TYPE_CHECKING:
    from .kept_logos import KeptLogos

#: MB of all pictures, unless configured
LOGOS_MB = 256
#: the longest side, in pixels, of a picture in a list
IN_LISTS = 96
logger = logging.getLogger("datasette_epg")


def logos_of(datasette: Any) -> "KeptLogos | None":
    """The instance's pictures, made at first use. None where it keeps none: `logos_mb` is 0, or `epg_ingest` is missing."""
    if not hasattr(datasette, "_epg_logos"):
        datasette._epg_logos = _made(datasette)
    found: KeptLogos | None = datasette._epg_logos
    return found


def _made(datasette: Any) -> "KeptLogos | None":
    settings, guide = access.config(datasette), datasette.databases.get(DATABASE)
    megabytes = settings.get("logos_mb", LOGOS_MB)
    if not megabytes or guide is None or not guide.path:
        return None
    try:
        from epg_ingest.logos.logo_folder import LogoFolder, folder_beside

        from .kept_logos import KeptLogos
    except ImportError:
        logger.error("pages show no logos: the package `epg_ingest` is not installed")
        return None
    path = Path(settings["logos_path"]) if "logos_path" in settings else folder_beside(guide.path)
    networks = tuple(settings.get("logo_networks", ()))
    return KeptLogos(LogoFolder(path), networks, megabytes * 1024 * 1024)


def channel_logo(datasette: Any, channel: dict[str, Any], size: int = IN_LISTS) -> str | None:
    """The address of a channel's logo on this site, None where it has none that can be shown. `channel` has `id` and
    `icon_url`."""
    return local_address(datasette, channel["icon_url"], f"/logo/{channel['id']}", size=size)


def local_address(datasette: Any, picture: Any, path: str, **params: Any) -> str | None:
    """The address on this site, at `path`, of a picture that the guide names. A picture that is kept has its content in the
    address, so that browsers may keep it for ever."""
    kept = logos_of(datasette)
    if kept is None:
        return None
    from epg_ingest.logos.logo_address import readable

    address = readable(picture)
    if address is None or not kept.hope(address):
        return None
    state = kept.state(address)
    name = state.picture(params["size"]) if state else None
    given = {**params, "v": version_of(name)} if name else params
    return f"{datasette.urls.path(path)}?{urlencode(given)}"


def version_of(name: str) -> str:
    """What tells a picture from others in its address."""
    return name[:12]
