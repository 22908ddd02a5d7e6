"""What the watched process tells the one that watches, and what the proof found."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec import Struct


class Act(StrEnum):
    """What the watched process is to do. PLANT: try on purpose to reach another computer, so that the watch shows."""

    SESSION = "session"
    PLANT = "plant"


class Orders(Struct, frozen=True, tag=True):
    """What to do, in which new folder, with which models. model_id: what answers, "" for the model in use."""

    act: Act
    data: str
    models: str
    shipped_models: str = ""
    model_id: str = ""


class Ready(Struct, frozen=True, tag=True):
    """The process is in place. sealed: it has an empty network, whose recorder follows; else reason says why not."""

    sealed: bool
    reason: str = ""


class Step(Struct, frozen=True, tag=True):
    """Something was done, in the reader's words."""

    text: str


class Planted(Struct, frozen=True, tag=True):
    """What the control tried: address, port and protocol ("tcp", "udp").

    sent: a packet was sent, which only an empty network allows; otherwise a socket was held and nothing sent.
    """

    address: str
    port: int
    protocol: str
    sent: bool


class Finished(Struct, frozen=True, tag=True):
    """All was done. sockets: how many of which family there were. outside: those that could reach another computer."""

    processes: int
    looks: int
    seconds: float
    sockets: dict[str, int]
    outside: list[str]


class Broken(Struct, frozen=True, tag=True):
    """The session ended early, with the words of the failure."""

    message: str
    advice: str = ""
    details: str = ""


FromChild = Ready | Step | Planted | Finished | Broken

_decoder: msgspec.msgpack.Decoder[FromChild] = msgspec.msgpack.Decoder(FromChild)
_orders = msgspec.msgpack.Decoder(Orders)


def encode(message: FromChild | Orders) -> bytes:
    return msgspec.msgpack.encode(message)


def decode(data: bytes) -> FromChild:
    """Raises msgspec.MsgspecError."""
    return _decoder.decode(data)


def decode_orders(data: bytes) -> Orders:
    """Raises msgspec.MsgspecError."""
    return _orders.decode(data)
