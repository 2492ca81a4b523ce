"""A site in a process of its own: `datasette .` over a bundle with an empty guide, and a server for its feeds.

    with site(folder) as (address, feeds):
        url = feeds.serve("/tv.xml", b"<tv/>")

The token is `TOKEN`. The site keeps old and far programmes, so a feed with fixed dates always gives the same guide.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from epg_ingest.storage.database import open_database

from tests.helpers.datasette_helpers import copy_bundle
from tests.helpers.example_guide import TOKEN, server
from tests.helpers.feedserver import FeedServer

__all__ = ["TOKEN", "site"]
CONFIG = "retention:\n  past_days: none\n  future_days: none\n"


def permit_private_addresses(metadata: Path) -> None:
    """Permit `private_addresses: allow` and pictures from here, because the feeds of tests are on 127.0.0.1."""
    settings = yaml.safe_load(metadata.read_text(encoding="utf-8"))
    settings["plugins"]["datasette-epg"]["allow_private_addresses"] = True
    settings["plugins"]["datasette-epg"]["logo_networks"] = ["127.0.0.0/8"]
    metadata.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")


@contextmanager
def site(folder: Path) -> Iterator[tuple[str, FeedServer]]:
    """The address of the server, as http://127.0.0.1:1234, and the server of its feeds; both stop at the end."""
    folder.mkdir()
    copy_bundle(folder)
    permit_private_addresses(folder / "metadata.yaml")
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    open_database(folder / "epg.db").close()
    with FeedServer() as feeds, server(folder, folder.parent / f"{folder.name}.log") as address:
        yield address, feeds
