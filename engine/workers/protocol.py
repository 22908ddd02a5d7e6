"""What travels between the program and its children: msgspec structs as MessagePack over a pipe, one frame a message.

The program sends Call, CancelCall and Shutdown; a child sends Hello once, then for every call Started, any number of
Progress frames, and exactly one of Result, Failure or CancelledReply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

import msgspec
from msgspec import Raw, Struct

from engine.errors import UserError

MAX_FRAME_BYTES = 1 << 30

P = TypeVar("P", bound=Struct)
R = TypeVar("R", bound=Struct)
E = TypeVar("E", bound=Struct)


class Empty(Struct, frozen=True):
    """Parameters, result or event of a method that has none."""


@dataclass(frozen=True)
class Method(Generic[P, R, E]):
    """A call that a role answers: its name and the structs that it takes, returns and reports progress with."""

    name: str
    params: type[P]
    result: type[R]
    event: type[E]


class Call(Struct, tag="call"):
    id: int
    method: str
    params: Raw


class CancelCall(Struct, tag="cancel"):
    id: int


class Shutdown(Struct, tag="shutdown"):
    """The child ends at once."""


class Hello(Struct, tag="hello"):
    """The child has imported its role and takes calls."""

    pid: int


class Started(Struct, tag="started"):
    """The child works on the call now; its deadline counts from here."""

    id: int


class Progress(Struct, tag="progress"):
    id: int
    event: Raw


class Result(Struct, tag="result"):
    id: int
    value: Raw


class Failure(Struct, tag="failure"):
    """kinds: names of the error's classes, nearest first; empty for a defect of the child. id 0: it did not start."""

    id: int
    kinds: list[str]
    message: str
    advice: str = ""
    details: str = ""


class CancelledReply(Struct, tag="cancelled"):
    id: int


ToChild = Call | CancelCall | Shutdown
ToParent = Hello | Started | Progress | Result | Failure | CancelledReply

_encoder = msgspec.msgpack.Encoder()
_to_child: msgspec.msgpack.Decoder[ToChild] = msgspec.msgpack.Decoder(ToChild)
_to_parent: msgspec.msgpack.Decoder[ToParent] = msgspec.msgpack.Decoder(ToParent)


def body(value: Struct) -> Raw:
    """The payload of a frame about to be encoded.

    The encoder writes a struct wherever it stands, so a large payload is not first copied into a buffer of its own;
    the reader then finds the undecoded bytes, as the annotation says.
    """
    return cast(Raw, value)


def encode(frame: ToChild | ToParent, limit: int = MAX_FRAME_BYTES) -> bytes:
    """The frame as bytes. Raises UserError if it is larger than limit bytes."""
    try:
        data = _encoder.encode(frame)
    except ValueError as error:  # MessagePack itself ends at 4 GiB a field
        raise too_large(limit) from error
    if len(data) > limit:
        raise too_large(limit)
    return data


def too_large(limit: int) -> UserError:
    return UserError(
        "This is too large to be worked on in one piece.",
        "Split the file into smaller ones and try again.",
        f"a message of more than {limit:,} bytes",
    )


def decode_for_child(data: bytes) -> ToChild:
    """Raises msgspec.MsgspecError on bytes that are no such frame."""
    return _to_child.decode(data)


def decode_for_parent(data: bytes) -> ToParent:
    """Raises msgspec.MsgspecError on bytes that are no such frame."""
    return _to_parent.decode(data)
