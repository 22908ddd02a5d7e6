"""chartside doctor --offline-proof: a session under watch, told so that anyone can follow it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from engine.commands.console import Session
from engine.proof.proof import OfflineProof, Proof, Sighting

_WIDTH = 100
_ONLY_USE = (
    "This holds for what was done here. Chartside uses the network for one thing only, and only when asked: to "
    "download a model that somebody chose by name."
)


def run(session: Session) -> int:
    """Carry the proof out and print it; exit code 3 where something was seen, or where the watch failed its test."""
    console = session.console
    console.say("Testing the watch, then working under it. This takes some minutes; your own workspace is not touched.")
    proof = OfflineProof(session.paths, session.model_id).run(lambda step: console.say(f"  {step}"))
    if console.json:
        console.print_json({"proven": proof.proven, **msgspec.to_builtins(proof)})
    else:
        for line in report(proof):
            console.print(line)
    return 0 if proof.proven else 3


def report(proof: Proof) -> Iterator[str]:
    """The proof as lines of text."""
    yield "Does anything leave this computer?"
    yield from _control(proof)
    if proof.session is None:
        yield ""
        yield from _text(
            "Result: not shown. The watch did not see everything that it was tested with, so it proves nothing."
        )
        return
    yield from _session(proof.session)
    yield from _method(proof, proof.session)
    yield from _figures(proof.session)
    yield ""
    yield from _text(f"Result: {_result(proof, proof.session)}")
    if proof.proven:
        yield from _text(_ONLY_USE)


def _control(proof: Proof) -> Iterator[str]:
    how = (
        "tried to reach other computers"
        if proof.sealed
        else "opened a socket to another computer, through which it sent nothing"
    )
    yield from _head(
        "The test of the watch",
        f"A helper program {how}, on purpose. The addresses belong to nobody. "
        + (f"The watch did not see: {', '.join(proof.missed)}" if proof.missed else "The watch saw it all:"),
    )
    control = proof.control
    for where, count in (control.destinations or {}).items():
        yield f"     – {count} packet{'' if count == 1 else 's'} to {where}"
    yield from (f"     – a question for the name {name}" for name in control.names)
    yield from (f"     – an open socket of {seen}" for seen in control.open_sockets)


def _session(session: Sighting) -> Iterator[str]:
    yield from _head(
        "What Chartside did under the same watch",
        "It worked in a workspace of its own, which was deleted afterwards. Your own was not touched.",
    )
    for step in session.steps:
        yield from _text(f"– {step}", "     ", "       ")


def _method(proof: Proof, session: Sighting) -> Iterator[str]:
    looked = (
        f"The sockets of all its {session.processes} processes were looked at {session.looks} times in "
        f"{session.seconds:.0f} seconds."
    )
    if proof.sealed:
        words = (
            "Chartside had a network of its own that ends inside this computer, so nothing could get out. Whatever any "
            f"part of it sent was recorded by the operating system. {looked}"
        )
    else:
        words = (
            f"{looked} A connection that opens and closes between two looks could be missed. The stricter test, in a "
            f"network of its own that leads nowhere, was not possible: {proof.reason}. On Linux an administrator can "
            "run it (sudo)."
        )
    yield from _head("How it was watched", words)


def _figures(session: Sighting) -> Iterator[str]:
    yield from _head(
        "What was seen",
        "A packet is a piece of whatever is sent over a network; a socket is one end of a connection.",
    )
    rows: list[tuple[str, int]] = []
    if session.destinations is not None:
        rows.append(("packets to other computers", sum(session.destinations.values())))
        rows.append(("names of other computers looked up", len(session.names)))
        rows.append(("packets from this computer to itself", session.packets_inside or 0))
    rows.append(("sockets for the internet, IPv4", session.sockets["IPv4"]))
    rows.append(("sockets for the internet, IPv6", session.sockets["IPv6"]))
    rows.append(("sockets between the parts of Chartside, which cannot leave the computer", session.sockets["local"]))
    if session.packets_lost:
        rows.append(("packets that came too fast to be read", session.packets_lost))
    yield from (f"     {count:>4}  {words}" for words, count in rows)
    for where in [*(session.destinations or {}), *session.names, *session.open_sockets]:
        yield f"     ▲ {where}"


def _result(proof: Proof, session: Sighting) -> str:
    if not session.clean:
        return "something tried to reach another computer. This should not happen: please report it with this text."
    if proof.sealed:
        return "nothing left this computer, and nothing tried to."
    return "no connection to another computer was seen."


def _head(title: str, words: str) -> Iterator[str]:
    yield ""
    yield title
    yield from _text(words, "  ")


def _text(words: str, indent: str = "", further: str | None = None) -> Iterator[str]:
    again = indent if further is None else further
    yield from textwrap.wrap(words, _WIDTH, initial_indent=indent, subsequent_indent=again, break_on_hyphens=False)
