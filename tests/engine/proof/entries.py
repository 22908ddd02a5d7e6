"""What the watched process runs in the tests instead of the real session. Spawned processes import this module."""

from __future__ import annotations

import socket
from multiprocessing.connection import Connection

import engine.proof.network
import engine.proof.script
from engine.errors import UserError
from engine.proof.messages import Orders
from engine.proof.script import NOWHERE, Say


def quiet(channel: Connection, seal: bool) -> None:
    """A session that does nothing."""
    engine.proof.script.session = _nothing
    engine.proof.script.run(channel, seal)


def leaky(channel: Connection, seal: bool) -> None:
    """A session with one hasty attempt to reach another computer. Only for an empty network."""
    assert seal
    engine.proof.script.session = _connects_once
    engine.proof.script.run(channel, seal)


def listening(channel: Connection, seal: bool) -> None:
    """A session in which other computers could reach a program."""
    engine.proof.script.session = _listens
    engine.proof.script.run(channel, seal)


def talking_to_itself(channel: Connection, seal: bool) -> None:
    """A session that uses the network inside the computer, as a local service may."""
    engine.proof.script.session = _calls_itself
    engine.proof.script.run(channel, seal)


def failing(channel: Connection, seal: bool) -> None:
    """A session that ends with words for the person."""
    engine.proof.script.session = _fails
    engine.proof.script.run(channel, seal)


def dying(channel: Connection, seal: bool) -> None:
    """A process that ends in the middle."""
    engine.proof.script.session = _dies
    engine.proof.script.run(channel, seal)


def blind(channel: Connection, seal: bool) -> None:
    """A control that tries less than it says, as if the watch had not seen the rest."""
    engine.proof.script.session = _nothing
    engine.proof.script._send_planted = _plant_nothing
    engine.proof.script.run(channel, seal)


def refused(channel: Connection, seal: bool) -> None:
    """A system that allows no network for a single program."""

    def seal_() -> socket.socket:
        raise engine.proof.network.CannotSeal("the system does not allow it: Operation not permitted")

    engine.proof.network.seal = seal_
    quiet(channel, seal)


def _nothing(orders: Orders, say: Say) -> None:
    say("did nothing")


def _connects_once(orders: Orders, say: Say) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as hasty:
        hasty.connect_ex((NOWHERE, 443))


def _listens(orders: Orders, say: Say) -> None:
    import time

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as open_to_all:
        open_to_all.bind(("0.0.0.0", 0))
        open_to_all.listen()
        time.sleep(0.4)


def _calls_itself(orders: Orders, say: Say) -> None:
    import time

    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        time.sleep(0.4)


def _fails(orders: Orders, say: Say) -> None:
    raise UserError("The sample documents were not read in time.", "Close other programs and try again.")


def _dies(orders: Orders, say: Say) -> None:
    import os

    os._exit(9)


def _plant_nothing(channel: Connection, *, sealed: bool) -> None:
    for planted in engine.proof.script.planned(sealed=sealed):
        channel.send_bytes(engine.proof.messages.encode(planted))
