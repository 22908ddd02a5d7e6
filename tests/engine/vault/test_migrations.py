"""The schema's history: released workspaces open, a copy is kept, a later schema is refused."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.errors import NotEnoughSpace
from engine.paths import Paths
from engine.types import VisitFilter
from engine.vault import migrations, opening, upgrade
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.failures import NewerSchema, VaultDamaged
from engine.vault.migrations import MIGRATIONS, Migration
from engine.vault.repositories import (
    chunks,
    conversations,
    documents,
    file_contents,
    lifecycle,
    meta,
    note_templates,
    sound,
    style,
    turns,
    visits,
)
from engine.visits import desk
from tests.engine.vault.conftest import EMBEDDER, KEY, OpenDatabase, vectors
from tests.fixtures.vault.make_schema import ANSWER, NOTE, PASSPHRASE, STYLE, TEMPLATE

RELEASED = sorted((Path(__file__).parents[2] / "fixtures" / "vault").glob("schema_*.db"))
NEXT = Migration(len(MIGRATIONS) + 1, ("ALTER TABLE meta ADD COLUMN note TEXT NOT NULL DEFAULT 'new'",))


def schema(connection: Connection) -> int:
    return migrations.schema_number(connection)


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [each.number for each in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_there_is_a_workspace_of_every_released_schema() -> None:
    assert [file.name for file in RELEASED] == [f"schema_{each.number:04d}.db" for each in MIGRATIONS]


@pytest.mark.parametrize("released", RELEASED, ids=lambda file: file.stem)
def test_a_workspace_of_a_released_schema_opens_with_everything_in_it(released: Path, tmp_path: Path) -> None:
    paths = Paths(tmp_path, tmp_path / "models")
    shutil.copyfile(released, paths.vault_file)
    shutil.copyfile(released.with_suffix(".keys"), paths.keys_file)
    opened = opening.unlock(paths, PASSPHRASE)
    database = opened.database
    try:
        assert database.read(schema) == migrations.latest(MIGRATIONS)
        assert [each.name for each in database.read(documents.list_all)] == ["fever.pdf", "waiting.pdf"]
        ((chunk_id, _),) = database.read(lambda c: chunks.keyword_search(c, "paracetamol", 5))
        assert database.read(lambda c: chunks.passages(c, [chunk_id]))[chunk_id].document == "fever.pdf"
        assert database.read(lambda c: documents.text(c, 1)).title == "Fever"
        assert file_contents.load(database, database.read(lambda c: documents.file_id(c, 1))) == b"%PDF"
        assert b"".join(batch.data for batch in chunks.vector_batches(database, EMBEDDER)) == vectors(2)
        assert database.transaction(lambda c: lifecycle.restore(c, [2])) == [2]
        (conversation,) = database.read(lambda c: conversations.search(c, author=opened.actor.id))
        assert opened.actor.name == "Administrator"
        assert [turn.answer for turn in database.read(lambda c: turns.list_shown(c, conversation.id))] == [ANSWER]
        assert database.read(lambda c: meta.get(c, "clinic")) == "north"
        assert database.read(visits_of(int(released.stem[-4:])))
        assert database.check() == []
        assert database.read(lambda c: c.execute("SELECT count(*) FROM emergencies").fetchone()) == (0,)
    finally:
        opened.close()


def visits_of(released: int) -> Callable[[Connection], bool]:
    """Whether the visit of a fixture is whole; before schema 5 there were none."""

    def look(connection: Connection) -> bool:
        found = visits.search(connection, VisitFilter(query="knee exam"))
        if released < 5:
            return not found
        (info,) = found
        whole = desk.whole(connection, info.id)
        assert (whole.note, whole.signature.drafted, whole.addenda[0].text) == (NOTE, "Knee.", "No fracture.")
        assert whole.transcript.utterances[0].words[0].end == 2
        assert (whole.consent.how, whole.info.signed_by) == ("written", "Administrator")
        assert sound.stored(connection, info.id) == 2
        assert note_templates.list_all(connection) == {"knee": TEMPLATE}
        (example,) = style.list_of(connection, info.author)
        return example == replace(STYLE, id=example.id)

    return look


def test_a_migration_keeps_the_data_and_a_copy_that_opens(open_database: OpenDatabase, tmp_path: Path) -> None:
    first = open_database()
    first.transaction(lambda c: meta.put(c, "clinic", "north"))
    first.close()
    second = open_database(known=(*MIGRATIONS, NEXT))
    assert second.read(schema) == NEXT.number
    assert second.read(lambda c: c.execute("SELECT * FROM meta WHERE key = 'clinic'").fetchall()) == [
        ("clinic", "north", "new")
    ]
    (copy,) = (tmp_path / "backups").iterdir()
    assert f"schema-{len(MIGRATIONS)}" in copy.name
    old = Database.open(copy, bytearray(KEY), backups=tmp_path / "elsewhere")
    assert old.read(schema) == len(MIGRATIONS)
    assert old.read(lambda c: meta.get(c, "clinic")) == "north"
    old.close()


def test_a_new_or_current_database_needs_no_copy(open_database: OpenDatabase, tmp_path: Path) -> None:
    open_database().close()
    open_database().close()
    assert not (tmp_path / "backups").exists()


def test_a_migration_that_fails_leaves_the_old_schema(open_database: OpenDatabase) -> None:
    first = open_database()
    first.transaction(lambda c: meta.put(c, "clinic", "north"))
    first.close()
    broken = Migration(NEXT.number, ("CREATE TABLE half (id INTEGER)", "CREATE TABLE half (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        open_database(known=(*MIGRATIONS, broken))
    again = open_database()
    assert again.read(schema) == len(MIGRATIONS)
    assert again.read(lambda c: c.execute("SELECT name FROM sqlite_master WHERE name = 'half'").fetchall()) == []
    assert again.read(lambda c: meta.get(c, "clinic")) == "north"


def test_a_migration_that_breaks_a_reference_is_undone(open_database: OpenDatabase) -> None:
    open_database().close()
    breaking = Migration(NEXT.number, ("INSERT INTO chunk_vectors VALUES (99, x'00')",))
    with pytest.raises(ValueError, match="broken reference"):
        open_database(known=(*MIGRATIONS, breaking))
    assert open_database().read(schema) == len(MIGRATIONS)


def test_a_later_schema_is_refused_and_left_byte_for_byte(open_database: OpenDatabase, tmp_path: Path) -> None:
    open_database(known=(*MIGRATIONS, NEXT)).close()
    file = tmp_path / "workspace.db"
    before = file.read_bytes()
    with pytest.raises(NewerSchema, match="newer version") as refused:
        open_database()
    assert "newest version" in refused.value.advice
    assert file.read_bytes() == before


def test_no_room_for_the_copy_stops_before_anything_changes(
    open_database: OpenDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database().close()
    with monkeypatch.context() as patched:
        usage = shutil.disk_usage(tmp_path)
        patched.setattr(upgrade.shutil, "disk_usage", lambda _: usage._replace(free=10))
        with pytest.raises(NotEnoughSpace):
            open_database(known=(*MIGRATIONS, NEXT))
    assert list((tmp_path / "backups").iterdir()) == []
    assert open_database().read(schema) == len(MIGRATIONS)


def test_several_migrations_are_one_step_with_one_snapshot(open_database: OpenDatabase, tmp_path: Path) -> None:
    first = open_database()
    first.transaction(lambda c: meta.put(c, "clinic", "north"))
    first.close()
    broken = Migration(NEXT.number + 1, ("CREATE TABLE half (id INTEGER)", "CREATE TABLE half (id INTEGER)"))
    with pytest.raises(Exception, match="already exists"):
        open_database(known=(*MIGRATIONS, NEXT, broken))
    assert len(list((tmp_path / "backups").iterdir())) == 1
    again = open_database()  # as the version before opens it
    assert again.read(lambda c: meta.get(c, "clinic")) == "north"


def test_a_damaged_workspace_is_not_migrated(open_database: OpenDatabase, tmp_path: Path) -> None:
    first = open_database()
    first.transaction(lambda c: meta.put(c, "clinic", "north" * 10_000))
    first.close()
    file = tmp_path / "workspace.db"
    damaged = bytearray(file.read_bytes())
    damaged[-5000] ^= 1  # in a page that opening does not read
    file.write_bytes(damaged)
    with pytest.raises(VaultDamaged, match="Nothing was changed"):
        open_database(known=(*MIGRATIONS, NEXT))
    assert file.read_bytes() == damaged
    assert list((tmp_path / "backups").iterdir()) == []


KILLS = int(os.environ.get("CHARTSIDE_KILLS", "10"))
_BUSY = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
LONG = Migration(
    NEXT.number,
    ("CREATE TABLE later (note TEXT)", f"INSERT INTO later {_BUSY} SELECT hex(randomblob(200)) FROM n"),
)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_migration_loses_nothing(open_database: OpenDatabase, tmp_path: Path) -> None:
    """Killed at random points from the copying to the commit: what is there opens with the version before, or is
    migrated; and the new version finishes. CHARTSIDE_KILLS=100 does a hundred."""
    first = open_database()
    first.transaction(lambda c: [meta.put(c, f"row {number}", "x" * 10_000) for number in range(200)])
    first.close()
    code = (
        "import sys, pathlib\n"
        "from engine.vault.database import Database\n"
        "from engine.vault.migrations import MIGRATIONS\n"
        "from tests.engine.vault.test_migrations import LONG\n"
        "print('begin', flush=True)\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "Database.open(folder / 'workspace.db', bytearray(range(32)), backups=folder / 'backups',\n"
        "    known=(*MIGRATIONS, LONG)).close()\n"
    )
    whole = _seconds_of(code, tmp_path, kill_after=None)
    chance, ends = random.Random(KILLS), []
    for _ in range(KILLS):
        _restore_first(tmp_path)
        _seconds_of(code, tmp_path, kill_after=chance.uniform(0, whole))
        try:
            database = open_database()
        except NewerSchema:
            ends.append("migrated")
        else:
            ends.append("as before")
            assert len(_rows(database)) == 200
            assert database.check() == []
            database.close()
        finished = open_database(known=(*MIGRATIONS, LONG))
        assert len(_rows(finished)) == 200
        assert finished.read(lambda c: c.execute("SELECT count(*) FROM later").fetchone()) == (20_000,)
        finished.close()
    print(f"killed {KILLS} times: {ends.count('as before')} as before, {ends.count('migrated')} migrated")
    assert "as before" in ends


def _rows(database: Database) -> list[object]:
    return database.read(lambda c: c.execute("SELECT key FROM meta WHERE key LIKE 'row%'").fetchall())


def _seconds_of(code: str, folder: Path, *, kill_after: float | None) -> float:
    with subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        begun = time.monotonic()
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        return time.monotonic() - begun


def _restore_first(folder: Path) -> None:
    """The workspace from before the migration, by the copy that it kept."""
    (first, *_later) = sorted((folder / "backups").glob("workspace.schema-*.db"))
    for each in folder.glob("workspace.db*"):
        each.unlink()
    shutil.copyfile(first, folder / "workspace.db")
