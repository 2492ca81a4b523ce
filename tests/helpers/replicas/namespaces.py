"""Hosts on one machine: network namespaces on a bridge, whose cables can be pulled. Needs root and iproute2.

    with network("store", "writer") as net:
        with net.inside("writer"):
            subprocess.run([...])       # only loopback and 10.99.x.0/24 exist there
        net.cut("store")
        net.heal("store")

All hosts share the file system, so the caller gives each host its own folder. Meanwhile the machine itself has one more
route: a black hole for the addresses of the hosts, so that packets for them never leave by the default route.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

from tests.helpers.support import require_program

#: <sched.h>; os.setns comes with Python 3.12
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
NAMES = Path("/run/netns")


def require_namespaces() -> None:
    """Skip if iproute2 is missing or this user may not make namespaces. CI may lack that permission, too."""
    if os.geteuid() != 0:
        pytest.skip("network namespaces need root: run make test-all as root")
    require_program("ip")
    probe = f"epg{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    subprocess.run(["ip", "netns", "del", probe], capture_output=True)
    if made.returncode:
        pytest.skip(f"network namespaces are not permitted here: {made.stderr.strip()}")


def ip(*arguments: str) -> str:
    """The output of `ip`. Raises RuntimeError with its error message."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def enter(namespace: IO[bytes]) -> None:
    """Move this thread, and no other, to a network namespace. Raises OSError."""
    if LIBC.setns(namespace.fileno(), CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Network:
    """Hosts on a bridge. `address` gives the address of a host. Names contain the process id, so two runs do not collide."""

    def __init__(self, prefix: str) -> None:
        self.prefix, self.hosts = prefix, list[str]()
        self.bridge = self.name("bridge")

    @staticmethod
    def name(host: str) -> str:
        return f"epg{os.getpid()}-{host}"

    def address(self, host: str) -> str:
        return f"{self.prefix}.{self.hosts.index(host) + 2}"

    def lay(self, closing: ExitStack) -> None:
        """Make the bridge, in a namespace where nothing runs."""
        self.make(self.bridge, closing)
        ip("-n", self.bridge, "link", "add", "br0", "type", "bridge")
        ip("-n", self.bridge, "link", "set", "br0", "up")

    def add(self, host: str, closing: ExitStack) -> None:
        """Add a host with loopback and a cable to the bridge: `e0` on the host, `p-HOST` on the bridge."""
        self.hosts.append(host)
        name, port = self.name(host), f"p-{host}"
        self.make(name, closing)
        ip("-n", self.bridge, "link", "add", port, "type", "veth", "peer", "name", "e0", "netns", name)
        ip("-n", self.bridge, "link", "set", port, "master", "br0", "up")
        ip("-n", name, "addr", "add", f"{self.address(host)}/24", "dev", "e0")
        ip("-n", name, "link", "set", "e0", "up")
        ip("-n", name, "link", "set", "lo", "up")

    def make(self, name: str, closing: ExitStack) -> None:
        ip("netns", "add", name)
        closing.callback(remove, name)

    def cut(self, host: str) -> None:
        """From now on, packets from and to the host are lost silently."""
        ip("-n", self.bridge, "link", "set", f"p-{host}", "down")

    def heal(self, host: str) -> None:
        ip("-n", self.bridge, "link", "set", f"p-{host}", "up")

    @contextmanager
    def without(self, host: str) -> Iterator[None]:
        """The host is cut off during the block."""
        self.cut(host)
        try:
            yield
        finally:
            self.heal(host)

    @contextmanager
    def inside(self, host: str) -> Iterator[None]:
        """During the block this thread is on the host, and so are the sockets that it opens and the programs that it starts."""
        with (
            Path("/proc/thread-self/ns/net").open("rb") as home,
            (NAMES / self.name(host)).open("rb") as there,
        ):
            enter(there)
            try:
                yield
            finally:
                enter(home)


def remove(name: str) -> None:
    """End what runs in a namespace, and the namespace."""
    for pid in ip("netns", "pids", name).split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    ip("netns", "del", name)


def claim() -> str:
    """The first three numbers of a network without a route. From now on its route is a black hole."""
    for number in range(250):
        prefix = f"10.99.{(os.getpid() + number) % 250 + 1}"
        with suppress(RuntimeError):
            ip("route", "add", "blackhole", f"{prefix}.0/24")
            return prefix
    raise RuntimeError("no free network in 10.99.0.0/16")


@contextmanager
def network(*hosts: str) -> Iterator[Network]:
    """Hosts that reach each other. The end of the block removes them, their processes and the route."""
    with ExitStack() as closing:
        net = Network(claim())
        closing.callback(ip, "route", "del", "blackhole", f"{net.prefix}.0/24")
        net.lay(closing)
        for host in hosts:
            net.add(host, closing)
        yield net
