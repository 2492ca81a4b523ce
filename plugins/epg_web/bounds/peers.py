"""Which addresses are proxies, for what sees connections and no requests."""

import ipaddress

from ..base.proxy import LOOPBACK, Network, networks

#: the trusted proxies of the instance that this process serves
_trusted: tuple[Network, ...] = networks(LOOPBACK)


def trust(found: tuple[Network, ...]) -> None:
    global _trusted
    _trusted = found


def is_proxy(address: str) -> bool:
    """Whether clients come through this address, which is one of `places.address_of`; "" is a Unix socket."""
    if not address:
        return bool(_trusted)
    try:
        asked = ipaddress.ip_network(address)
    except ValueError:
        return False
    return any(known.version == asked.version and known.overlaps(asked) for known in _trusted)
