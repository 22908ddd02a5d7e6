"""What the watched process does: a session like a working day, or the control that must be caught."""

from __future__ import annotations

import json
import multiprocessing
import os
import secrets
import signal
import socket
import threading
import time
from importlib.resources import files
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ChartsideError, UserError
from engine.proof import messages, network, senses
from engine.proof.messages import Act, Broken, Finished, Orders, Planted, Ready, Step
from engine.proof.senses import Say
from engine.proof.sockets import SocketWatch

# Addresses for documentation, given to nobody: RFC 5737, RFC 3849. Names under "invalid" never exist: RFC 2606.
NOWHERE, NOWHERE_6, NOBODYS_NAME_SERVER = "192.0.2.1", "2001:db8::1", "192.0.2.53"
NOBODYS_NAME = "planted.chartside.invalid"
_HOLD_S = 0.6
_IMPORT_LIMIT_S = 1_800.0
_ASKED = ("epinephrine-child", "epinephrine-repeat", "hypertension-potassium")

if TYPE_CHECKING:
    from engine.workspace import Workspace


def run(channel: Connection, seal: bool) -> None:
    """Entry of the watched process. seal: whether to take an empty network first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sealed = _take_place(channel, seal)
    threading.Thread(target=_end_with_parent, name="parent-watch", daemon=True).start()
    try:
        orders = messages.decode_orders(channel.recv_bytes())
    except (EOFError, OSError):
        return  # it was only asked whether it can be sealed
    # In here and not on the other side: what sockets there are is told inside their network only.
    watch = SocketWatch(os.getpid())
    watch.start()
    try:
        if orders.act is Act.PLANT:
            _send_planted(channel, sealed=sealed)
        else:
            session(orders, lambda text: channel.send_bytes(messages.encode(Step(text))))
        watch.stop()
        outside = [str(seen) for seen in watch.outside]
        finished = Finished(watch.processes, watch.looks, watch.seconds, watch.families, outside)
        channel.send_bytes(messages.encode(finished))
    except UserError as error:
        channel.send_bytes(messages.encode(Broken(error.message, error.advice, error.details)))
    except (ChartsideError, OSError) as error:
        channel.send_bytes(messages.encode(Broken("The session ended early.", details=f"{type(error).__name__}")))
    channel.close()


def _take_place(channel: Connection, seal: bool) -> bool:
    """Seal this process where asked and say how that went; returns whether it is sealed."""
    if not seal:
        channel.send_bytes(messages.encode(Ready(False)))
        return False
    try:
        recorder = network.seal()
    except network.CannotSeal as error:
        channel.send_bytes(messages.encode(Ready(False, str(error))))
        return False
    channel.send_bytes(messages.encode(Ready(True)))
    # The recorder is read by the other side: nothing in here can keep a packet from it.
    with recorder, socket.socket(fileno=os.dup(channel.fileno())) as line:
        socket.send_fds(line, [b"r"], [recorder.fileno()])
    return True


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)


def session(orders: Orders, say: Say) -> None:
    """Work in a new workspace: import the samples and a scan, search, ask, listen, lock and unlock.

    Each child process of the program has something to do where its model is installed. Raises UserError.
    """
    from engine.paths import Paths
    from engine.workspace import Workspace

    shipped = Path(orders.shipped_models) if orders.shipped_models else None
    paths = Paths(Path(orders.data), Path(orders.models), shipped)
    passphrase = secrets.token_urlsafe(24)
    workspace = Workspace.create(paths, passphrase)
    try:
        say("made a new encrypted workspace")
        if orders.model_id:
            workspace.choose_model(orders.model_id)
        _use(workspace, say)
        workspace.close()
        say("locked the workspace")
        workspace = Workspace.unlock(paths, passphrase)
        say(f"unlocked it again: {len(workspace.library.documents())} documents are there")
    finally:
        workspace.close()


def _use(workspace: Workspace, say: Say) -> None:
    from engine.types import DocumentState, TurnState

    workspace.library.add_samples()
    if not workspace.library.wait(_IMPORT_LIMIT_S):
        raise UserError("The sample documents were not read in time.", "Close other programs and try again.")
    documents = workspace.library.documents()
    ready = [document for document in documents if document.state is DocumentState.READY]
    if not ready or len(ready) < len(documents):
        # A part that does not work was not watched at work.
        raise UserError(
            f"Only {len(ready)} of {len(documents)} sample documents could be read, so this would prove nothing.",
            "Find out with “chartside doctor” what does not work here.",
        )
    say(f"imported {len(ready)} sample documents, {sum(document.pages for document in ready)} pages")
    senses.read_scan(workspace, workspace.paths.data.parent, say)
    workspace.library.wait_until_searchable()
    questions = _questions()
    hits = [len(workspace.library.search(question).hits) for question in questions]
    say(f"searched {len(questions)} times, {sum(hits)} passages found")
    senses.listen(workspace, say)
    model = workspace.answering_model()
    if model is None:
        say("asked no question: no language model is installed")
        return
    turn = workspace.assistant.ask(questions[0])
    if turn.state is TurnState.FAILED or turn.answer is None:
        raise UserError(turn.error.message if turn.error else "The question was not answered.", "Try again.")
    count = len(turn.answer.sentences)
    say(f"asked “{questions[0]}”; {model.name} answered in {count} sentence{'' if count == 1 else 's'}")


def _questions() -> list[str]:
    cases = json.loads((files("resources") / "samples" / "questions.json").read_text("utf-8"))["questions"]
    return [case["question"] for case in cases if case["id"] in _ASKED]


def _send_planted(channel: Connection, *, sealed: bool) -> None:
    """Have a child of this process reach out on purpose: the watch must see below this process, too."""
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=plant, args=(sealed,))
    child.start()
    child.join()
    if child.exitcode != 0:
        raise UserError("The control could not be carried out.", "Try again.", f"exit code {child.exitcode}")
    for planted in planned(sealed=sealed):
        channel.send_bytes(messages.encode(planted))


def planned(*, sealed: bool) -> list[Planted]:
    """What the control tries."""
    held = Planted(NOWHERE, 9, "udp", sent=False)
    if not sealed:
        return [held]
    sent = [Planted(NOWHERE, 443, "tcp", sent=True), Planted(NOBODYS_NAME_SERVER, 53, "udp", sent=True)]
    return [held, *sent, Planted(NOWHERE_6, 443, "tcp", sent=True)] if _has_ipv6() else [held, *sent]


def plant(sealed: bool) -> None:
    """Reach out: hold a socket that is meant for another computer and, in an empty network only, send packets there.

    Connecting UDP sets an address and sends nothing, so the first part is harmless in any network.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holding:
        try:
            holding.connect((NOWHERE, 9))
        except OSError:
            holding.bind(("0.0.0.0", 0))  # noqa: S104 - without any network there is no way to the address
        if sealed:
            _send_for_real()
        time.sleep(_HOLD_S)


def _send_for_real() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.sendto(_name_question(NOBODYS_NAME), (NOBODYS_NAME_SERVER, 53))
    for family, address in ((socket.AF_INET, NOWHERE), (socket.AF_INET6, NOWHERE_6)):
        if family == socket.AF_INET or _has_ipv6():
            with socket.socket(family, socket.SOCK_STREAM) as calling:
                calling.setblocking(False)
                calling.connect_ex((address, 443))


def _name_question(name: str) -> bytes:
    """A question for the address of a name (RFC 1035, 4.1)."""
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split("."))
    return b"\x43\x53\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"


def _has_ipv6() -> bool:
    return Path("/proc/net/if_inet6").exists()
