"""An empty network for one process and its children, on Linux: every packet ends in this computer, and is recorded.

The process moves into a network namespace of its own. It has the loopback device only, and takes every address for its
own. So an attempt to reach another computer sends a packet that is seen, cannot leave, and is refused at once.
Sources: unshare(2), network_namespaces(7), user_namespaces(7), rtnetlink(7), packet(7).
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000
_NEW_LINK, _NEW_ROUTE = 16, 24
_REQUEST, _ACK, _CREATE = 0x1, 0x4, 0x400
_ERROR = 2
_LOOPBACK = 1  # a new namespace numbers its first device so
_UP = 1
_TABLE_LOCAL, _BY_BOOT, _SCOPE_HOST, _LOCAL = 255, 3, 254, 2
_OUT_DEVICE, _SOURCE = 4, 7  # RTA_OIF, RTA_PREFSRC
_ALL_PROTOCOLS = 3  # ETH_P_ALL
_BUFFER = 8 << 20


class CannotSeal(Exception):
    """This system does not let the process have a network of its own; the text says why."""


def seal() -> socket.socket:
    """Move this process into an empty network; returns the recorder of its packets. Children inherit the network.

    The process must have one thread only. Raises CannotSeal; the process then still has the network it had.
    """
    if not sys.platform.startswith("linux"):
        raise CannotSeal("only Linux has networks for single programs")
    _leave()
    try:
        # From here on the old network is gone, whatever happens: a failure leaves a process without any network.
        _ask(_NEW_LINK, struct.pack("=BxHiII", socket.AF_UNSPEC, 0, _LOOPBACK, _UP, _UP))
        _take_every_address(socket.AF_INET, "127.0.0.1")
        if Path("/proc/net/if_inet6").exists():
            _take_every_address(socket.AF_INET6, "::1")
        recorder = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ALL_PROTOCOLS))
    except OSError as error:
        raise CannotSeal(f"the empty network could not be set up: {error.strerror}") from error
    recorder.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
    return recorder


def _leave() -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0 and library.unshare(_NEW_NETWORK) == 0:
        return
    user, group = os.geteuid(), os.getegid()
    if library.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        raise CannotSeal(f"the system does not allow it: {os.strerror(ctypes.get_errno())}")
    # The same person inside as outside, so that files keep their owner.
    try:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
    except OSError as error:
        raise CannotSeal(f"the system does not allow it: {error.strerror}") from error


def _take_every_address(family: int, source: str) -> None:
    """Deliver packets for any address to this computer itself; what programs send comes from source."""
    own = socket.inet_pton(family, source)
    route = struct.pack("=BBBBBBBBI", family, 0, 0, 0, _TABLE_LOCAL, _BY_BOOT, _SCOPE_HOST, _LOCAL, 0)
    device = struct.pack("=HHI", 8, _OUT_DEVICE, _LOOPBACK)
    _ask(_NEW_ROUTE, route + device + struct.pack("=HH", 4 + len(own), _SOURCE) + own)


def _ask(kind: int, body: bytes) -> None:
    """Have the kernel change the namespace's network. Raises OSError."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.bind((0, 0))
        kernel.send(struct.pack("=LHHLL", 16 + len(body), kind, _REQUEST | _ACK | _CREATE, 1, 0) + body)
        answer = kernel.recv(4096)
    kind, code = struct.unpack_from("=4xH10xi", answer)
    if kind == _ERROR and code != 0:
        raise OSError(-code, os.strerror(-code))
