"""Trusted proxies may have more connections than a client: many clients come through them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from epg_web.base.proxy import LOOPBACK, networks
from epg_web.bounds import peers

from tests.helpers.datasette_helpers import copy_bundle, make_guide, serving


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    yield
    peers.trust(networks(LOOPBACK))


@pytest.mark.parametrize(
    ("trusted", "address", "found"),
    [
        (LOOPBACK, "127.0.0.1", True), (LOOPBACK, "127.9.9.9", True), (LOOPBACK, "", True), (LOOPBACK, "10.0.0.1", False),
        (LOOPBACK, "::/64", True), (("10.0.0.0/8", "::1"), "10.1.2.3", True), (("10.0.0.0/8",), "11.0.0.1", False),
        (("0.0.0.0/0",), "8.8.8.8", True), (("10.0.0.0/8",), "proxy.example", False), ((), "127.0.0.1", False),
        ((), "", False),
    ],
)  # fmt: skip
def test_who_is_a_proxy(trusted: tuple[str, ...], address: str, found: bool) -> None:
    peers.trust(networks(trusted))
    assert peers.is_proxy(address) is found


@pytest.mark.parametrize(("setting", "found"), [("[10.0.0.0/8]", True), ("[]", False)])
async def test_the_setting_decides(tmp_path: Path, setting: str, found: bool) -> None:
    folder = copy_bundle(tmp_path)
    make_guide(folder / "epg.db").close()
    text = (folder / "metadata.yaml").read_text(encoding="utf-8")
    assert "datasette-epg:" in text
    (folder / "metadata.yaml").write_text(
        text.replace("datasette-epg:\n", f"datasette-epg:\n    trusted_proxies: {setting}\n"),
        encoding="utf-8",
    )
    async with serving(config_dir=folder):
        assert peers.is_proxy("10.1.2.3") is found
        assert not peers.is_proxy("127.0.0.1")
