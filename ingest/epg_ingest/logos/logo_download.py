"""One address: ask for its picture, check it, and keep it in the folder."""

from __future__ import annotations

import threading
import time

from ..core.errors import DownloadError
from ..core.limits import Limits
from ..download.fetch import fetch
from ..download.model import Download, Source
from .logo_address import carried, key_of
from .logo_folder import LogoFolder
from .logo_picture import MOST_BYTES, UnusablePicture, pictures
from .logo_state import LogoState, due, failed, fetched, unchanged

#: a picture is small; a server that needs longer is asked again later
LIMITS = Limits(
    connect_timeout=5.0, read_timeout=5.0, deadline=15.0, retries=0, max_bytes=MOST_BYTES, max_redirects=5
)
#: pictures that are decoded at once: a large one takes 64 MB
_DECODERS = threading.Semaphore(4)
#: servers that have a choice send what can be read
ACCEPT = {"Accept": "image/png, image/jpeg, image/webp, image/gif, */*;q=0.1"}


def refresh(
    folder: LogoFolder, address: str, networks: tuple[str, ...] = (), limits: Limits = LIMITS
) -> LogoState:
    """Ask for the picture at `address` (as `readable` gives it), unless it is too soon or another process has just done so.

    Only public addresses and `networks` (CIDR) are connected to, redirects included. Returns the state that is kept now.
    Raises `OSError` where the folder cannot be written to.
    """
    key = key_of(address)
    folder.make()  # somebody may have deleted it
    with folder.lock(key):
        before = folder.state(key)
        if before is not None and not due(before, time.time()) and folder.is_whole(before):
            return before
        after = _asked(folder, address, before, networks, limits)
        folder.keep(key, after)
        return after


def _asked(
    folder: LogoFolder, address: str, before: LogoState | None, networks: tuple[str, ...], limits: Limits
) -> LogoState:
    try:
        body = carried(address)
        if body is not None:
            return _kept(folder, body, None)
        with fetch(_source(folder, address, before, networks), limits) as download:
            if download.path is None:
                return unchanged(before or LogoState(), time.time())
            return _kept(folder, download.path.read_bytes(), download)
    except DownloadError as error:
        # A full disk is this machine's fault, and no reason to leave the address alone.
        if error.code == "diskfull":
            raise OSError(error.message) from error
        return failed(before, error.code, time.time())
    except UnusablePicture as error:
        return failed(before, error.code, time.time())


def _source(folder: LogoFolder, address: str, before: LogoState | None, networks: tuple[str, ...]) -> Source:
    """What to ask for. Validators are sent only while the pictures that they belong to are there."""
    known = before if before and before.pictures and folder.is_whole(before) else LogoState()
    return Source(address, ACCEPT, known.etag, known.last_modified, "deny", networks)


def _kept(folder: LogoFolder, body: bytes, download: Download | None) -> LogoState:
    with _DECODERS:
        ending, made = pictures(body)
    names = {str(size): folder.add(picture, ending) for size, picture in made.items()}
    etag, changed = (download.etag, download.last_modified) if download else (None, None)
    return fetched(names, etag, changed, time.time())
