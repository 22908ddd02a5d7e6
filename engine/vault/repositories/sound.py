"""The sound of visits, in pieces as they were recorded. seq is the number of a piece's first sample."""

from __future__ import annotations

import threading

from engine.speech.sound import RATE, SAMPLE_BYTES
from engine.vault.connection import Connection
from engine.vault.database import Database


class SoundStore:
    """The sound of one visit (see engine.speech.sound.SoundStore); each piece is on disk when append returns."""

    def __init__(self, database: Database, visit_id: int) -> None:
        self._database = database
        self._visit_id = visit_id
        self._adding = threading.Lock()
        self._samples = database.read(lambda connection: stored(connection, visit_id))

    def append(self, sound: bytes) -> None:
        """Raises NotEnoughSpace, VaultClosed, UserError; then nothing of it is stored."""
        count = len(sound) // SAMPLE_BYTES
        if not count:
            return
        with self._adding:
            row = (self._visit_id, self._samples, count, sound)
            self._database.transaction(lambda connection: connection.execute(_INSERT, row))
            self._samples += count

    def samples(self) -> int:
        return self._samples

    def read(self, begin: int, end: int) -> bytes:
        """Raises VaultClosed."""
        if end <= begin:
            return b""
        first, sound = self._database.read(lambda connection: _pieces(connection, self._visit_id, begin, end))
        return sound[(begin - first) * SAMPLE_BYTES : (end - first) * SAMPLE_BYTES]


_INSERT = "INSERT INTO sound (visit_id, seq, samples, data) VALUES (?, ?, ?, ?)"


def stored(connection: Connection, visit_id: int) -> int:
    """How many samples of a visit are stored."""
    sql = "SELECT seq + samples FROM sound WHERE visit_id = ? ORDER BY seq DESC LIMIT 1"
    row = connection.execute(sql, (visit_id,)).fetchone()
    return int(row[0]) if row else 0


def seconds(connection: Connection, visit_id: int) -> float:
    """How long the stored sound of a visit is."""
    return stored(connection, visit_id) / RATE


def delete(connection: Connection, visit_id: int) -> int:
    """Delete the sound of a visit; returns how many samples there were."""
    count = stored(connection, visit_id)
    connection.execute("DELETE FROM sound WHERE visit_id = ?", (visit_id,))
    return count


def _pieces(connection: Connection, visit_id: int, begin: int, end: int) -> tuple[int, bytes]:
    """The pieces that hold the samples [begin, end), and the number of the first sample in them."""
    sql = (
        "SELECT seq, data FROM sound WHERE visit_id = ? AND seq < ?"
        " AND seq >= (SELECT ifnull(max(seq), 0) FROM sound WHERE visit_id = ? AND seq <= ?) ORDER BY seq"
    )
    rows = connection.execute(sql, (visit_id, end, visit_id, begin)).fetchall()
    return (int(rows[0][0]) if rows else begin), b"".join(row[1] for row in rows)
