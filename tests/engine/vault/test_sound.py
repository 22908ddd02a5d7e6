from __future__ import annotations

import numpy as np
import pytest

from engine.speech.sound import RATE
from engine.vault.connection import Connection, inserted_id
from engine.vault.database import Database
from engine.vault.failures import VaultClosed
from engine.vault.repositories import sound
from tests.engine.vault.conftest import NOW, OpenDatabase


def visit(connection: Connection) -> int:
    sql = "INSERT INTO visits (state, author, begun_at, changed_at, transcript) VALUES ('draft', 'u1', ?, ?, x'')"
    return inserted_id(connection.execute(sql, (NOW, NOW)))


def samples(count: int, first: int = 0) -> bytes:
    return (np.arange(first, first + count) % 30_000).astype("<i2").tobytes()


def test_sound_is_read_back_from_and_to_any_sample(open_database: OpenDatabase) -> None:
    database = open_database()
    visit_id, other_id = database.transaction(visit), database.transaction(visit)
    store = sound.SoundStore(database, visit_id)
    sound.SoundStore(database, other_id).append(bytes(2_000))
    lengths = [4_000, 1, 7_999, 80_000]
    for number, length in enumerate(lengths):
        store.append(samples(length, sum(lengths[:number])))
    store.append(b"")
    database.close()
    store = sound.SoundStore(open_database(), visit_id)
    assert store.samples() == sum(lengths)
    for begin, end in ((0, 92_000), (0, 1), (3_999, 4_001), (4_000, 4_001), (4_001, 12_000), (50_000, 60_000)):
        assert store.read(begin, end) == samples(end - begin, begin)
    assert store.read(91_999, 200_000) == samples(1, 91_999)
    assert store.read(500_000, 600_000) == store.read(5, 5) == b""


def test_a_recording_goes_on_where_it_ended(database: Database) -> None:
    visit_id = database.transaction(visit)
    sound.SoundStore(database, visit_id).append(samples(RATE))
    store = sound.SoundStore(database, visit_id)
    store.append(samples(RATE, RATE))
    assert store.read(0, 2 * RATE) == samples(2 * RATE)
    assert database.read(lambda connection: sound.seconds(connection, visit_id)) == 2.0


def test_deleted_sound_is_gone(database: Database) -> None:
    visit_id = database.transaction(visit)
    sound.SoundStore(database, visit_id).append(samples(RATE))
    assert database.transaction(lambda connection: sound.delete(connection, visit_id)) == RATE
    assert sound.SoundStore(database, visit_id).samples() == 0
    assert database.read(lambda connection: connection.execute("SELECT count(*) FROM sound").fetchone()[0]) == 0


def test_a_locked_workspace_takes_no_more_sound(database: Database) -> None:
    store = sound.SoundStore(database, database.transaction(visit))
    store.append(samples(RATE))
    database.close()
    with pytest.raises(VaultClosed):
        store.append(samples(RATE))
    assert store.samples() == RATE
