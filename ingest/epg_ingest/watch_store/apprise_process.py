"""The process that sends one message by Apprise: JSON on standard input, one word on standard output.

`sent`, `refused`, `unknown` for an address that Apprise cannot read, `address` where it may not connect. With `check` it only
reads the address: `known` or `unknown`.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from ..core.errors import DownloadError
from ..download.addresses import Policy

#: what Python announces before a socket, a program or a foreign library is used
_CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg")
_OUTSIDE = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen")


class Guard:
    """Lets this process connect to addresses of `policy` only, and start nothing. It cannot be taken off again."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.refused = policy, False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _CONNECTING and not self._permits(arguments[1]):
            self.refused = True
            raise PermissionError("not a public address")
        if event in _OUTSIDE:
            raise PermissionError("no other programs")

    def _permits(self, address: Any) -> bool:
        """Whether a socket may be connected to this address; one that is no pair of host and port belongs to this machine."""
        if address is None:
            return True  # connected already
        if not isinstance(address, tuple):
            return False
        try:
            return self.policy.permits(str(address[0]).partition("%")[0])
        except ValueError:
            return self._resolved(str(address[0]), address[1])

    def _resolved(self, host: str, port: Any) -> bool:
        """A name that a socket is given would be looked up again, so that it could lead elsewhere."""
        try:
            return bool(self.policy.resolve(host, int(port))) and not self.policy.deny
        except (DownloadError, OSError):
            return False


def main() -> int:
    """Send the message of standard input, or check its address. Returns 0 if it was sent, or is known."""
    asked = json.load(sys.stdin.buffer)
    import apprise

    service = apprise.Apprise()
    if not service.add(asked["url"]):
        print("unknown")
        return 1
    if asked.get("check"):
        print("known")
        return 0
    guard = Guard(Policy(asked["private_addresses"]))
    if guard.policy.deny:
        sys.addaudithook(guard)
    sent = bool(service.notify(title=asked["title"], body=asked["text"], body_format="text"))
    print("sent" if sent else "address" if guard.refused else "refused")
    return 0 if sent else 1


if __name__ == "__main__":
    sys.exit(main())
