"""The transcripts of visits: utterance by utterance, since a recording adds them as they are said."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from engine.types import Transcript, Utterance
from engine.vault.connection import Connection


def empty_head() -> bytes:
    """What a visit's row holds before anything was said."""
    return msgspec.msgpack.encode(Transcript())


def load(connection: Connection, visit_id: int) -> Transcript:
    """The transcript of a visit. Raises KeyError where there is no such visit."""
    row = connection.execute("SELECT transcript FROM visits WHERE id = ?", (visit_id,)).fetchone()
    if row is None:
        raise KeyError(visit_id)
    said = connection.execute("SELECT content FROM utterances WHERE visit_id = ? ORDER BY id", (visit_id,))
    decoder = msgspec.msgpack.Decoder(Utterance)
    return replace(
        msgspec.msgpack.decode(row[0], type=Transcript), utterances=[decoder.decode(each) for (each,) in said]
    )


def store(connection: Connection, visit_id: int, transcript: Transcript) -> None:
    """Put transcript in the place of the one that is there."""
    connection.execute("DELETE FROM utterances WHERE visit_id = ?", (visit_id,))
    put(connection, visit_id, transcript.utterances)
    put_head(connection, visit_id, transcript)


def put_head(connection: Connection, visit_id: int, transcript: Transcript) -> None:
    """Store everything of a transcript but its utterances."""
    head = msgspec.msgpack.encode(replace(transcript, utterances=[]))
    connection.execute(
        "UPDATE visits SET transcript = ?, seconds = ?, revision = revision + 1 WHERE id = ?",
        (head, transcript.seconds, visit_id),
    )


def put(connection: Connection, visit_id: int, said: Iterable[Utterance]) -> None:
    """Add utterances; one whose id is there takes its place."""
    encode = msgspec.msgpack.Encoder().encode
    connection.executemany(
        "INSERT OR REPLACE INTO utterances VALUES (?, ?, ?)", ((visit_id, each.id, encode(each)) for each in said)
    )


def remove(connection: Connection, visit_id: int, ids: Iterable[int]) -> None:
    connection.executemany(
        "DELETE FROM utterances WHERE visit_id = ? AND id = ?", ((visit_id, utterance_id) for utterance_id in ids)
    )


def touched(connection: Connection, visit_id: int) -> None:
    """Note that utterances have changed: a note is then checked anew."""
    connection.execute("UPDATE visits SET revision = revision + 1 WHERE id = ?", (visit_id,))


def text(connection: Connection, visit_id: int) -> str:
    """What was said, a line an utterance."""
    rows = connection.execute("SELECT content FROM utterances WHERE visit_id = ? ORDER BY id", (visit_id,))
    decoder = msgspec.msgpack.Decoder(Utterance)
    return "\n".join(decoder.decode(content).text for (content,) in rows)
