"""Which addresses are public, and that no other is connected to."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from epg_ingest.core.errors import DownloadError
from epg_ingest.download.addresses import Policy, Wire

from tests.helpers.feedserver import UNKNOWN_HOST

PRIVATE = [
    "127.0.0.1",
    "127.0.0.2",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%lo",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.2",
    "::ffff:10.0.0.1",
    "::127.0.0.2",
    "64:ff9b::127.0.0.2",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:2::1",
    "2001:0:7f00:2::",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not Policy("deny").permits(address)
    assert Policy("allow").permits(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses(address: str) -> None:
    assert Policy("deny").permits(address)


def test_networks_that_are_allowed_beside() -> None:
    policy = Policy("deny", ["127.0.0.1/32", "fd00::/8"])
    assert [policy.permits(a) for a in ("127.0.0.1", "127.0.0.2", "fd00::1", "fc00::1")] == [
        True,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("arguments", [("denied",), ("deny", ["nonsense"])])
def test_a_policy_that_is_none(arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError):
        Policy(*arguments)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.2", "127.2", "2130706434", "0x7f000002", "[::1]"])
def test_other_spellings_of_this_machine(host: str) -> None:
    with pytest.raises(DownloadError) as caught:
        Policy("deny").resolve(host, 80)
    assert caught.value.code == "address"


@pytest.mark.parametrize("host", [UNKNOWN_HOST, "a" * 70 + ".invalid", "a..b.invalid"])
def test_names_that_do_not_resolve(host: str) -> None:
    with pytest.raises(socket.gaierror):
        Policy("deny").resolve(host, 80)


def test_the_peer_is_checked_as_well() -> None:
    """Whatever the name said: a socket that ended at another address is not used."""

    class Connection:
        host, port = "127.0.0.1", 80

    with (
        socket.create_server(("127.0.0.2", 0)) as listener,
        Wire(Policy("deny", ["127.0.0.1/32"]), 5) as wire,
    ):
        sock = socket.create_connection(listener.getsockname())
        with pytest.raises(DownloadError) as caught:
            wire.connect(Connection(), lambda: sock)
        assert caught.value.code == "address"
        assert sock.fileno() == -1
