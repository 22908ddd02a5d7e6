"""The one way into the database: its thread, its transactions, its end, and who may open it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from engine.errors import Defect, NotEnoughSpace
from engine.vault import driver
from engine.vault.at_rest import FileAtRest
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.failures import VaultBusy, VaultClosed, VaultDamaged
from engine.vault.repositories import meta
from tests.engine.vault.conftest import KEY, OpenDatabase


def put(key: str, value: str = "x"):
    return lambda connection: meta.put(connection, key, value)


def get(key: str):
    return lambda connection: meta.get(connection, key)


def keys(connection: Connection) -> list[str]:
    return [row[0] for row in connection.execute("SELECT key FROM meta")]


def refuse_damage(database: Database) -> None:
    """Reads every table, as using the workspace would."""
    tables = database.read(lambda c: c.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall())
    for (table,) in tables:
        database.read(lambda c, table=table: c.execute(f"SELECT count(*) FROM {table}").fetchall())


def test_what_was_written_is_there_after_opening_again(open_database: OpenDatabase) -> None:
    first = open_database()
    first.transaction(put("clinic", "north"))
    first.close()
    assert open_database().read(get("clinic")) == "north"


def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    def half(connection: Connection) -> None:
        meta.put(connection, "first", "1")
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        database.transaction(half)
    assert database.read(get("first")) == ""


def test_read_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="readonly"):
        database.read(put("sneaked"))
    database.transaction(put("allowed"))
    assert database.read(get("sneaked")) == ""


def test_every_call_runs_on_one_thread_that_is_not_the_callers(database: Database) -> None:
    seen: list[int] = []

    def call() -> None:
        seen.append(database.read(lambda connection: threading.get_ident()))

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(seen)) == 1
    assert threading.get_ident() not in seen


def test_submitted_calls_run_in_order_without_waiting(database: Database) -> None:
    gate = threading.Event()
    slow = database.submit_transaction(lambda connection: gate.wait(5))
    futures = [database.submit_transaction(put("last", str(n))) for n in range(20)]
    assert not slow.done()
    gate.set()
    for future in futures:
        future.result(timeout=5)
    assert database.read(get("last")) == "19"


def test_calling_the_database_from_inside_itself_is_a_defect_and_no_deadlock(database: Database) -> None:
    with pytest.raises(Defect):
        database.read(lambda connection: database.read(lambda inner: 1))
    assert database.read(lambda connection: 1) == 1


def test_after_close_every_call_says_that_the_workspace_is_locked(database: Database) -> None:
    database.close()
    database.close()
    for call in (database.read, database.transaction, database.submit_read, database.submit_transaction):
        with pytest.raises(VaultClosed, match="locked"):
            call(lambda connection: None)


def test_close_finishes_what_was_submitted(open_database: OpenDatabase) -> None:
    database = open_database()
    database.submit_transaction(lambda connection: time.sleep(0.05))
    last = database.submit_transaction(put("last", "saved"))
    database.close()
    assert last.done()
    assert open_database().read(get("last")) == "saved"


def test_close_leaves_one_file_and_no_thread(open_database: OpenDatabase, tmp_path: Path) -> None:
    database = open_database()
    database.transaction(put("a"))
    database.close()
    assert {each.name for each in tmp_path.iterdir()} - {"workspace.lock"} == {"workspace.db"}
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("vault")]


def test_the_key_is_wiped_whether_opening_works_or_not(tmp_path: Path) -> None:
    key = bytearray(KEY)
    Database.open(tmp_path / "workspace.db", key, backups=tmp_path, create=True).close()
    assert key == bytes(32)
    key = bytearray(KEY)
    with pytest.raises(VaultDamaged):
        Database.open(tmp_path / "other.db", key, backups=tmp_path)
    assert key == bytes(32)


def test_another_key_does_not_open_and_harms_nothing(
    open_database: OpenDatabase, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = open_database()
    first.transaction(put("a", "kept"))
    first.close()
    with pytest.raises(VaultDamaged, match="does not belong"):
        Database.open(tmp_path / "workspace.db", bytearray(32), backups=tmp_path)
    assert capfd.readouterr().err == ""
    assert open_database().read(get("a")) == "kept"


@pytest.mark.parametrize("keep", [0, 100, 8192, 20_000])
def test_a_database_cut_short_is_refused_and_left_as_it_is(
    open_database: OpenDatabase, tmp_path: Path, keep: int
) -> None:
    open_database().close()
    file = tmp_path / "workspace.db"
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(VaultDamaged):
        refuse_damage(open_database(create=False))
    assert file.exists()


def test_a_missing_database_is_named_and_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(VaultDamaged, match="missing"):
        Database.open(tmp_path / "workspace.db", bytearray(KEY), backups=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_flipped_bit_is_found_by_the_check(open_database: OpenDatabase, tmp_path: Path) -> None:
    database = open_database()
    database.transaction(put("long", "z" * 100_000))
    assert database.check() == []
    database.close()
    file = tmp_path / "workspace.db"
    content = bytearray(file.read_bytes())
    content[-5000] ^= 1
    file.write_bytes(content)
    assert open_database().check() != []


def test_a_second_opening_in_this_process_is_refused(database: Database, open_database: OpenDatabase) -> None:
    with pytest.raises(VaultBusy, match="already open"):
        open_database(create=False)
    assert database.read(lambda connection: 1) == 1


def test_a_second_process_is_refused_until_the_first_lets_go(open_database: OpenDatabase, tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from engine.vault.database import Database\n"
        "from engine.vault.failures import VaultBusy\n"
        "folder = Path(sys.argv[1])\n"
        "try: Database.open(folder / 'workspace.db', bytearray(range(32)), backups=folder).close()\n"
        "except VaultBusy: sys.exit(7)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    database = open_database()
    assert subprocess.run(command, check=False, timeout=30).returncode == 7
    database.close()
    assert subprocess.run(command, check=False, timeout=30).returncode == 0


def test_a_full_disk_is_told_as_such_and_nothing_half_written_stays(database: Database) -> None:
    database.transaction(put("before", "kept"))

    def too_much(connection: Connection) -> None:
        connection.execute("PRAGMA max_page_count = 80")
        for number in range(500):
            meta.put(connection, f"row {number}", "y" * 10_000)

    with pytest.raises(NotEnoughSpace, match="disk is full"):
        database.transaction(too_much)
    assert database.read(keys) == ["before", "workspace"]
    assert database.check() == []
    database.transaction(put("after", "small"))


def test_a_full_disk_at_the_operating_system_is_told_as_such(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: writing beyond it fails in the kernel."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from engine.errors import UserError; from engine.vault.database import Database\n"
        "from engine.vault.repositories import meta\n"
        "folder = Path(sys.argv[1])\n"
        "database = Database.open(folder / 'workspace.db', bytearray(range(32)), backups=folder, create=True)\n"
        "database.transaction(lambda c: meta.put(c, 'before', 'kept'))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
        "def much(c):\n"
        "    for n in range(2000): meta.put(c, str(n), 'y' * 4000)\n"
        "try: database.transaction(much)\n"
        "except UserError as error: print('refused')\n"
        "assert database.read(lambda c: c.execute('select count(*) from meta').fetchone()) == (2,)\n"
        "print('intact')\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["refused", "intact"], done.stderr


def test_closing_on_a_full_disk_works_and_loses_nothing(open_database: OpenDatabase, tmp_path: Path) -> None:
    open_database().close()
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from engine.vault.database import Database; from engine.vault.repositories import meta\n"
        "folder = Path(sys.argv[1])\n"
        "database = Database.open(folder / 'workspace.db', bytearray(range(32)), backups=folder)\n"
        "database.transaction(lambda c: meta.put(c, 'clinic', 'y' * 1_000_000))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "database.close()\n"
        "print('closed')\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout == "closed\n", done.stderr
    assert (tmp_path / "workspace.db-wal").exists()
    database = open_database()
    assert len(database.read(get("clinic"))) == 1_000_000
    assert database.check() == []


def test_the_file_at_rest_is_the_database_as_it_was_while_work_goes_on(database: Database, tmp_path: Path) -> None:
    database.transaction(put("before", "x" * 100_000))
    with database.at_rest() as source:
        first = source.read(8192)
        for number in range(200):
            database.transaction(put(f"meanwhile {number}", "y" * 20_000))
        (tmp_path / "copy.db").write_bytes(first + source.read(1 << 30))
        assert source.read(1) == b""
    with driver.open_copy(tmp_path / "copy.db", KEY) as copy:
        assert driver.problems(copy) == []
        assert keys(copy) == ["before", "workspace"]
    assert len(database.read(keys)) == 202
    database.transaction(put("after"))  # the log is written into the file again
    assert database.check() == []


def test_what_was_read_while_the_database_was_closed_is_not_used(database: Database) -> None:
    with database.at_rest() as source:
        source.read(10)
        database.close()
        with pytest.raises(VaultClosed):
            source.read(10)


def test_a_page_that_holds_only_locks_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(bytes(range(1, 101)))
    with file.open("rb", buffering=0) as opened:
        source = FileAtRest(opened, lambda: None, lock_page=40, page_bytes=10)
        done: list[int] = []
        source.on_read = done.append
        content = b"".join(iter(lambda: source.read(7), b""))
    assert content == bytes(range(1, 41)) + bytes(10) + bytes(range(51, 101))
    assert done[-1] == 100


def test_a_copy_is_looked_at_without_a_trace(database: Database, tmp_path: Path) -> None:
    copy = database.copy(tmp_path / "copies", "test")
    with driver.open_copy(copy, KEY) as connection:
        assert keys(connection) == ["workspace"]
    assert [each.name for each in copy.parent.iterdir()] == [copy.name]
    with pytest.raises(VaultDamaged), driver.open_copy(copy, bytes(32)):
        pass
