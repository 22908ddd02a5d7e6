"""The proof: a control that must be caught, then a real session that must not be, watched in the same way."""

from __future__ import annotations

import multiprocessing
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
import psutil
from msgspec import Struct

from engine.errors import UserError
from engine.paths import Paths
from engine.proof import messages, script
from engine.proof.messages import Act, Broken, Finished, Orders, Planted, Ready, Step
from engine.proof.packets import Destination, Traffic, read_traffic

# The longest silence: reading a scan or an answer on an old computer.
_SILENCE_S = 1_800.0


Entry = Callable[[Connection, bool], None]


class Sighting(Struct, frozen=True):
    """What was seen during one act.

    sockets: how many of which family. open_sockets: those that could reach another computer. destinations: other
    computers with the number of packets to each. The figures of packets are None where they could not be recorded.
    """

    steps: list[str]
    processes: int
    looks: int
    seconds: float
    sockets: dict[str, int]
    open_sockets: list[str]
    destinations: dict[str, int] | None = None
    packets_inside: int | None = None
    packets_lost: int = 0
    names: list[str] = []
    planted: list[Planted] = []

    @property
    def clean(self) -> bool:
        """Whether nothing was seen that leaves, or could leave, this computer."""
        return not (self.open_sockets or self.destinations or self.names or self.packets_lost)


class Proof(Struct, frozen=True):
    """The outcome. sealed: the session had an empty network; else reason says why not. missed: the control, unseen."""

    sealed: bool
    reason: str
    control: Sighting
    missed: list[str]
    session: Sighting | None

    @property
    def proven(self) -> bool:
        """The watch sees, and saw nothing."""
        return not self.missed and self.session is not None and self.session.clean


class OfflineProof:
    """Carries the proof out in a workspace that is thrown away. say: told of each step as it is done."""

    def __init__(
        self, paths: Paths, model_id: str | None = None, *, seal: bool = True, entry: Entry = script.run
    ) -> None:
        """seal: whether to try for an empty network. entry: what the watched process runs."""
        self._paths = paths
        self._model_id = model_id or ""
        self._seal = seal
        self._entry = entry

    def run(self, say: Callable[[str], None] = lambda _text: None) -> Proof:
        """Raises UserError where the session could not be carried out."""
        sealed, reason = self._can_seal()
        control, missed = self._control(sealed)
        if missed:
            # A watch that does not see proves nothing, whatever the session would show.
            return Proof(sealed, reason, control, missed, None)
        return Proof(sealed, reason, control, missed, self._act(Act.SESSION, sealed, say)[0])

    def _can_seal(self) -> tuple[bool, str]:
        if not self._seal:
            return False, "it was not asked for"
        with _watched(self._entry, True) as (_channel, ready):
            return ready.sealed, ready.reason

    def _control(self, sealed: bool) -> tuple[Sighting, list[str]]:
        sighting, traffic = self._act(Act.PLANT, sealed, lambda _text: None)
        packets = set() if traffic is None else set(traffic.packets)
        missed = []
        for planted in sighting.planted:
            destination = Destination(planted.address, planted.port, planted.protocol)
            if not (destination in packets if planted.sent else sighting.open_sockets):
                missed.append(str(destination))
        if traffic is not None and script.NOBODYS_NAME not in traffic.names:
            missed.append(script.NOBODYS_NAME)
        return sighting, missed

    def _act(self, act: Act, sealed: bool, say: Callable[[str], None]) -> tuple[Sighting, Traffic | None]:
        steps: list[str] = []
        planted: list[Planted] = []
        with (
            tempfile.TemporaryDirectory(prefix="chartside-proof-") as folder,
            _watched(self._entry, sealed) as (channel, ready),
        ):
            if ready.sealed != sealed:
                raise UserError("The empty network is no longer to be had.", "Try again.", ready.reason)
            recorder = _receive_recorder(channel) if sealed else None
            channel.send_bytes(messages.encode(self._orders(act, Path(folder))))
            while not isinstance(message := _receive(channel), Finished):
                if isinstance(message, Step):
                    steps.append(message.text)
                    say(message.text)
                elif isinstance(message, Planted):
                    planted.append(message)
            traffic = None if recorder is None else read_traffic(recorder)
        return _sighting(steps, planted, message, traffic), traffic

    def _orders(self, act: Act, folder: Path) -> Orders:
        shipped = self._paths.shipped_models
        return Orders(
            act=act,
            data=str(folder / "workspace"),
            models=str(self._paths.models),
            shipped_models=str(shipped) if shipped else "",
            model_id=self._model_id,
        )


@contextmanager
def _watched(entry: Entry, seal: bool) -> Iterator[tuple[Connection, Ready]]:
    """A process that is in place and waits for orders; nothing of it is left afterwards."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=True)
    process = context.Process(target=entry, args=(theirs, seal), name="chartside-proof")
    process.start()
    theirs.close()
    try:
        ready = _receive(ours)
        if not isinstance(ready, Ready):
            raise UserError("The session could not be started.", "Try again.")
        yield ours, ready
    finally:
        ours.close()
        _end(process.pid or 0)
        process.join()
        process.close()


def _receive(channel: Connection) -> messages.FromChild:
    try:
        if not channel.poll(_SILENCE_S):
            raise UserError("The session did not go on.", "Close other programs and try again.")
        message = messages.decode(channel.recv_bytes())
    except (OSError, EOFError, msgspec.MsgspecError) as error:
        raise UserError("The session ended unexpectedly.", "Try again.", type(error).__name__) from error
    if isinstance(message, Broken):
        raise UserError(message.message, message.advice, message.details)
    return message


def _receive_recorder(channel: Connection) -> socket.socket:
    """The socket that the sealed process recorded its packets with."""
    # Through a copy of the pipe's handle, which closes with this socket; the pipe stays open.
    with socket.socket(fileno=os.dup(channel.fileno())) as line:
        _data, handles, _flags, _address = socket.recv_fds(line, 1, 1)
    return socket.socket(fileno=handles[0])


def _end(pid: int) -> None:
    try:
        root = psutil.Process(pid)
        for process in [*root.children(recursive=True), root]:
            process.kill()
    except psutil.NoSuchProcess:
        return


def _sighting(steps: list[str], planted: list[Planted], seen: Finished, traffic: Traffic | None) -> Sighting:
    return Sighting(
        steps=steps,
        planted=planted,
        processes=seen.processes,
        looks=seen.looks,
        seconds=seen.seconds,
        sockets=seen.sockets,
        open_sockets=seen.outside,
        destinations=None if traffic is None else {str(where): count for where, count in traffic.outside.items()},
        packets_inside=None if traffic is None else traffic.inside,
        packets_lost=0 if traffic is None else traffic.lost,
        names=[] if traffic is None else sorted(traffic.names),
    )
