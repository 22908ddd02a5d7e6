"""A backup put in place of what is there, or on a clean computer; killed anywhere, it is the one or the other."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import UserError, WrongPassphrase
from engine.paths import Paths
from engine.vault import failures
from engine.vault.backup import restoring, verifying
from engine.vault.failures import VaultBusy
from engine.vault.migrations import MIGRATIONS
from engine.vault.repositories import meta
from tests.engine.vault.backup.conftest import Place, opened


def restore(place: Place, backup: Path, paths: Paths) -> Path | None:
    return restoring.restore(backup, paths, place.unlock, verifying.ignore, CancelToken())


def clinic(paths: Paths) -> str:
    database = opened(paths)
    try:
        assert database.check() == []
        return database.read(lambda c: meta.get(c, "clinic"))
    finally:
        database.close()


def entries(paths: Paths) -> list[str]:
    return sorted(
        each.name for each in paths.data.iterdir() if each.suffix not in (".lock",) and each.name != "backups"
    )


@pytest.fixture
def backup(place: Place) -> Path:
    """Of when the clinic was in the north; it has moved since."""
    file = Path(place.backups.make().file)
    place.put("south")
    place.paths.keys_file.write_bytes(b"the keys of tomorrow")
    (place.paths.backup_dir / "workspace.keys").write_bytes(b"the keys of tomorrow")
    place.paths.keys_file.with_name("workspace.keys.previous").write_bytes(b"the keys of yesterday")
    return file


def test_onto_a_clean_computer(place: Place, backup: Path, tmp_path: Path) -> None:
    clean = Paths(tmp_path / "elsewhere", tmp_path / "models")
    assert restore(place, backup, clean) is None
    assert clinic(clean) == "north"
    assert clean.keys_file.read_bytes() == b"the keys of today"
    assert entries(clean) == ["crashes", "logs", "workspace.db", "workspace.keys"]


def test_in_place_keeps_what_was_there(place: Place, backup: Path) -> None:
    place.database.close()
    aside = restore(place, backup, place.paths)
    assert aside is not None
    assert clinic(place.paths) == "north"
    assert place.paths.keys_file.read_bytes() == b"the keys of today"
    assert not (place.paths.backup_dir / "workspace.keys").exists()
    kept = {each.name: each.read_bytes() for each in aside.iterdir() if "keys" in each.name}
    assert kept == {
        "workspace.keys": b"the keys of tomorrow",
        "workspace.keys.copy": b"the keys of tomorrow",
        "workspace.keys.previous": b"the keys of yesterday",
    }
    assert clinic(Paths(aside, aside / "models")) == "south"


def test_the_restored_record_says_so(place: Place, backup: Path) -> None:
    place.database.close()
    restore(place, backup, place.paths)
    database = opened(place.paths)
    rows = database.read(lambda c: c.execute("SELECT user_id, kind FROM audit ORDER BY seq").fetchall())
    database.close()
    assert rows == [("u1", "restore")]


def test_a_workspace_in_use_is_not_exchanged(place: Place, backup: Path) -> None:
    with pytest.raises(VaultBusy):
        restore(place, backup, place.paths)
    assert place.database.read(lambda c: meta.get(c, "clinic")) == "south"


def refused(place: Place, backup: Path, error: type[Exception], **options: object) -> None:
    place.database.close()
    before = entries(place.paths)
    unlock = options.get("unlock", place.unlock)
    with pytest.raises(error):
        restoring.restore(
            backup, place.paths, unlock, options.get("report", verifying.ignore), options.get("token", CancelToken())
        )  # type: ignore[arg-type]
    assert entries(place.paths) == before
    assert clinic(place.paths) == "south"


def test_a_wrong_passphrase_changes_nothing(place: Place, backup: Path) -> None:
    def wrong(_key_file: Path) -> None:
        raise failures.wrong_passphrase()

    refused(place, backup, WrongPassphrase, unlock=wrong)


def test_a_damaged_backup_changes_nothing(place: Place, backup: Path) -> None:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    refused(place, backup, UserError)


def test_a_cancelled_restore_changes_nothing(place: Place, backup: Path) -> None:
    token = CancelToken()
    refused(place, backup, Cancelled, token=token, report=lambda _progress: token.cancel())


@pytest.fixture
def put_back(place: Place, backup: Path) -> Callable[[], None]:
    """Makes the closed workspace what it was before it was restored."""
    place.database.close()

    def files() -> list[Path]:
        return [each for each in place.paths.data.rglob("workspace.*") if each.is_file()]

    state = {each: each.read_bytes() for each in files()}

    def put() -> None:
        for each in files():
            each.unlink()
        for each, content in state.items():
            each.write_bytes(content)

    return put


def test_killed_at_any_step_it_is_the_one_or_the_other(
    place: Place, backup: Path, put_back: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = []
    for stop in range(40):
        put_back()
        with monkeypatch.context() as patched:
            _stop_before(patched, stop)
            try:
                restore(place, backup, place.paths)
                finished = True
            except KeyboardInterrupt:
                finished = False
        restoring.finish_interrupted(place.paths)
        assert not (place.paths.data / "restore.json").exists()
        assert not (place.paths.data / ".restoring").exists()
        keys = place.paths.keys_file.read_bytes()
        ends.append((clinic(place.paths), keys))
        if finished:
            break
    assert finished
    south, north = ("south", b"the keys of tomorrow"), ("north", b"the keys of today")
    assert ends[0] == south
    assert ends[-1] == north
    assert ends == [south] * ends.index(north) + [north] * (len(ends) - ends.index(north))
    assert len([end for end in ends if end == north]) > 4


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_a_full_or_failing_disk_at_any_step(
    place: Place,
    backup: Path,
    put_back: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    lasting: bool,
) -> None:
    ends = []
    for stop in range(60):
        put_back()
        with monkeypatch.context() as patched:
            left = _stop_before(patched, stop, OSError(number, os.strerror(number)), lasting=lasting)
            with contextlib.suppress(UserError):
                restore(place, backup, place.paths)
        restoring.finish_interrupted(place.paths)
        ends.append((clinic(place.paths), place.paths.keys_file.read_bytes()))
        if left() > 0:
            break
    assert left() > 0
    south, north = ("south", b"the keys of tomorrow"), ("north", b"the keys of today")
    assert set(ends) == {south, north}
    assert (ends[0], ends[-1]) == (south, north)


def _stop_before(
    patched: pytest.MonkeyPatch, steps: int, error: BaseException | None = None, *, lasting: bool = True
) -> Callable[[], int]:
    """Let the disk do so many steps, then fail; returns how many would have been left."""
    left = steps

    def counted(original: object) -> object:
        def call(*arguments: object, **named: object) -> object:
            nonlocal left
            left -= 1
            if left < 0 and (lasting or left == -1):
                raise error or KeyboardInterrupt
            return original(*arguments, **named)  # type: ignore[operator]

        return call

    patched.setattr(Path, "replace", counted(Path.replace))
    patched.setattr(Path, "unlink", counted(Path.unlink))
    patched.setattr(Path, "mkdir", counted(Path.mkdir))
    patched.setattr(os, "fsync", counted(os.fsync))
    return lambda: left


def test_what_is_said_of_a_file(place: Place, backup: Path, tmp_path: Path) -> None:
    info = restoring.look(backup)
    assert (info.schema, info.problem) == (len(MIGRATIONS), "")
    (tmp_path / "letter").write_text("Dear colleague")
    for file in (tmp_path / "letter", tmp_path / "gone", tmp_path):
        with pytest.raises(UserError):
            restoring.look(file)


@pytest.mark.parametrize("note", [b"", b"\xff", b"[]", b'{"aside": "../../elsewhere"}', b'{"aside": ".."}'])
def test_a_note_that_nobody_wrote_moves_nothing(place: Place, note: bytes) -> None:
    place.put("south")
    place.database.close()
    (place.paths.data / "workspace.db-wal").write_bytes(b"")
    (place.paths.data / "restore.json").write_bytes(note)
    restoring.finish_interrupted(place.paths)
    assert not (place.paths.data / "restore.json").exists()
    assert (place.paths.data / "workspace.db-wal").exists()
    assert clinic(place.paths) == "south"
    assert not (place.paths.data.parent.parent / "elsewhere").exists()
