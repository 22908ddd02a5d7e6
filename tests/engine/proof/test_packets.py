"""What is read out of a packet."""

from __future__ import annotations

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.proof.packets import Destination, Traffic, asked_name, where_to
from engine.proof.script import _name_question

IPV4, IPV6 = 0x0800, 0x86DD


def packet(address: str, protocol: int, port: int = 0, body: bytes = b"") -> tuple[int, bytes]:
    ports = struct.pack("!HH", 40_000, port) if protocol in {6, 17} else b""
    rest = struct.pack("!HH", 8 + len(body), 0) if protocol == 17 else b""
    where = ipaddress.ip_address(address)
    if where.version == 4:
        head = bytes([0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 127, 0, 0, 1]) + where.packed
        return IPV4, head + ports + rest + body
    return IPV6, bytes([0x60, 0, 0, 0, 0, 0, protocol, 64]) + bytes(15) + b"\1" + where.packed + ports + rest + body


@pytest.mark.parametrize(
    ("address", "protocol", "port", "outside", "text"),
    [
        ("192.0.2.1", 6, 443, True, "192.0.2.1:443 (tcp)"),
        ("192.0.2.1", 17, 9, True, "192.0.2.1:9 (udp)"),
        ("2001:db8::1", 6, 443, True, "[2001:db8::1]:443 (tcp)"),
        ("192.0.2.1", 1, 0, True, "192.0.2.1 (icmp)"),
        ("192.0.2.1", 47, 0, True, "192.0.2.1 (protocol 47)"),
        ("127.0.0.1", 6, 8080, False, "127.0.0.1:8080 (tcp)"),
        ("::1", 6, 8080, False, "[::1]:8080 (tcp)"),
        ("127.0.0.53", 17, 53, True, "127.0.0.53:53 (udp)"),
        ("224.0.0.251", 17, 5353, True, "224.0.0.251:5353 (udp)"),
        ("10.0.0.7", 6, 22, True, "10.0.0.7:22 (tcp)"),
    ],
)
def test_destination(address, protocol, port, outside, text):
    destination = where_to(*packet(address, protocol, port))
    assert destination == Destination(address, port, text.split("(")[1].rstrip(")"))
    assert (destination.outside, str(destination)) == (outside, text)


def test_the_kernels_own_neighbour_talk_is_no_attempt():
    assert where_to(*packet("ff02::2", 58)) is None
    assert where_to(*packet("2001:db8::1", 58)) == Destination("2001:db8::1", 0, "icmpv6")


def test_other_protocols_and_stumps_are_left_out():
    assert where_to(0x0806, bytes(28)) is None
    assert where_to(IPV4, bytes(19)) is None
    assert where_to(IPV6, bytes(39)) is None


def test_name_that_was_asked_for():
    kind, data = packet("192.0.2.53", 17, 53, _name_question("planted.chartside.invalid"))
    assert asked_name(kind, data) == "planted.chartside.invalid"
    assert asked_name(kind, data[: len(data) // 2]) in {"", "planted", "planted.chart"}
    assert asked_name(IPV4, packet("192.0.2.53", 17, 53)[1]) == ""


@given(st.sampled_from([IPV4, IPV6]), st.binary(max_size=80))
def test_no_packet_breaks_the_reader(kind, data):
    destination = where_to(kind, data)
    if destination is not None:
        assert str(destination)
        asked_name(kind, data)


def test_inside_and_outside_are_counted_apart():
    traffic = Traffic()
    traffic.packets[Destination("127.0.0.1", 80, "tcp")] += 3
    traffic.packets[Destination("192.0.2.1", 80, "tcp")] += 2
    assert traffic.inside == 3
    assert traffic.outside.total() == 2
