"""The packets that a sealed process sent: where to, how many, and which names it asked for."""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_OUTGOING = 4  # PACKET_OUTGOING; what goes out over loopback is seen a second time coming in
_IPV4, _IPV6 = 0x0800, 0x86DD
_TCP, _UDP = 6, 17
_PROTOCOLS = {1: "icmp", _TCP: "tcp", _UDP: "udp", 58: "icmpv6"}
_NAME_SERVICE = {53, 853, 5353, 5355}
_SOL_PACKET, _STATISTICS = 263, 6
_QUIET_S = 0.2


@dataclass(frozen=True)
class Destination:
    """Where a packet was to go. port 0: the protocol has none."""

    address: str
    port: int
    protocol: str

    @property
    def outside(self) -> bool:
        """Whether it would have left this computer, or asked a name service of it that passes questions on."""
        return self.port in _NAME_SERVICE or not ipaddress.ip_address(self.address).is_loopback

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port} ({self.protocol})" if self.port else f"{host} ({self.protocol})"


@dataclass
class Traffic:
    """All that a recorder saw. names: host names that were asked for. lost: packets that came too fast to be read."""

    packets: Counter[Destination] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    @property
    def outside(self) -> Counter[Destination]:
        return Counter({where: count for where, count in self.packets.items() if where.outside})

    @property
    def inside(self) -> int:
        """Packets from this computer to itself."""
        return self.packets.total() - self.outside.total()


def read_traffic(recorder: socket.socket) -> Traffic:
    """Everything that was recorded until now; closes the recorder."""
    traffic = Traffic()
    with recorder:
        for kind, packet in _recorded(recorder):
            destination = where_to(kind, packet)
            if destination is not None:
                traffic.packets[destination] += 1
                if destination.port == 53 and destination.protocol == "udp" and (name := asked_name(kind, packet)):
                    traffic.names[name] += 1
        _seen, traffic.lost = struct.unpack("=II", recorder.getsockopt(_SOL_PACKET, _STATISTICS, 8))
    return traffic


def where_to(kind: int, packet: bytes) -> Destination | None:
    """The destination of an IP packet (RFC 791, RFC 8200); None for what is no IP packet or damaged.

    IPv6 neighbour and multicast messages of the kernel itself (hop limit 255 or 1, multicast) are not counted: no
    program sent them.
    """
    if kind == _IPV4 and len(packet) >= 20:
        protocol, start, address = packet[9], (packet[0] & 15) * 4, packet[16:20]
    elif kind == _IPV6 and len(packet) >= 40:
        protocol, start, address = packet[6], 40, packet[24:40]
        if protocol in {0, 58} and address[0] == 0xFF:
            return None
    else:
        return None
    port = 0
    if protocol in {_TCP, _UDP} and len(packet) >= start + 4:
        port = int.from_bytes(packet[start + 2 : start + 4], "big")
    name = _PROTOCOLS.get(protocol, f"protocol {protocol}")
    return Destination(str(ipaddress.ip_address(address)), port, name)


def asked_name(kind: int, packet: bytes) -> str:
    """The first name that a DNS question over UDP asks for (RFC 1035, 4.1.2); "" where it cannot be read."""
    start = ((packet[0] & 15) * 4 if kind == _IPV4 else 40) + 8 + 12
    labels = []
    while start < len(packet) and 0 < packet[start] < 64:
        labels.append(packet[start + 1 : start + 1 + packet[start]].decode("ascii", "replace"))
        start += 1 + packet[start]
    return ".".join(labels)


def _recorded(recorder: socket.socket) -> Iterator[tuple[int, bytes]]:
    recorder.settimeout(_QUIET_S)
    while True:
        try:
            packet, (_device, kind, direction, *_rest) = recorder.recvfrom(65_536)
        except TimeoutError:
            return
        if direction == _OUTGOING:
            yield kind, packet
