"""A new data key, and what a kill at any step leaves behind."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import NotEnoughSpace, WrongPassphrase
from engine.paths import Paths
from engine.types import RekeyProgress, RekeyStep, Role
from engine.vault import driver, key_slots, opening, rekey, snapshots
from engine.vault.audit import verifying
from engine.vault.failures import VaultDamaged
from engine.vault.kdf import passphrase_bytes
from engine.vault.key_file import KeyRing
from engine.vault.key_files import KeyFiles
from engine.vault.repositories import meta
from tests.fixtures import keyrings
from tests.fixtures.clinic import FIRST, SECOND, Clinic, cheap
from tests.fixtures.killer import KILLED, Killer, in_child


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    return Paths(tmp_path / "data", tmp_path / "models")


@pytest.fixture
def made(paths: Paths) -> Paths:
    """A workspace of Ann's and Ben's with a recovery key and a copy from before an update; locked."""
    with keyrings.installed(keyrings.nothing()):
        clinic = Clinic(paths).create(name="Ann")
        clinic.people.add("Ben", Role.CLINICIAN, SECOND)
        (paths.data / "key").write_text(clinic.recovery_key())
        clinic.opened.database.transaction(lambda connection: meta.put(connection, "clinic", "north"))
        clinic.opened.database.copy(paths.backup_dir, snapshots.label("0.1.0"))
        clinic.lock()
    return paths


def data_key(paths: Paths) -> bytes:
    opened = opening.unlock(paths, FIRST, "ann")
    key = bytes(opened.keys.data)
    opened.close()
    return key


def give_new_key(paths: Paths, report: Callable[[RekeyProgress], None] = lambda _: None) -> None:
    clinic = Clinic(paths).unlock(FIRST, "ann")
    try:
        clinic.people.rekey(report, CancelToken())
    finally:
        clinic.lock()


def check_sound(paths: Paths) -> None:
    """Everybody gets in, everything is there, nothing of a re-keying is left over, and the record verifies."""
    for passphrase, name in ((FIRST, "ann"), (SECOND, "ben")):
        opened = opening.unlock(paths, passphrase, name)
        try:
            assert opened.database.read(lambda connection: meta.get(connection, "clinic")) == "north"
            assert opened.database.check() == []
            verdict = opened.database.read(partial(verifying.verify_copy, audit_key=opened.keys.audit))
            assert verdict.problem == ""
            assert not opened.key_file.rekeying
            for copy in snapshots.all_copies(paths):
                with driver.open_copy(copy, opened.keys.data) as connection:
                    assert driver.problems(connection) == []
        finally:
            opened.close()
    opening.emergency(paths, (paths.data / "key").read_text(), "is everything there?").close()
    assert [file.name for file in paths.data.rglob("*.rekey*")] == []


def test_everybody_keeps_their_way_in_and_the_old_key_opens_nothing(made: Paths) -> None:
    old = data_key(made)
    steps: list[RekeyStep] = []
    give_new_key(made, lambda progress: steps.append(progress.step))
    assert list(dict.fromkeys(steps)) == list(RekeyStep)
    check_sound(made)
    assert data_key(made) != old
    for file in (made.vault_file, *snapshots.all_copies(made)):
        assert not rekey.fits(file, bytearray(old))
    with pytest.raises(VaultDamaged), driver.open_copy(made.vault_file, old):
        pytest.fail("the old key opened the database")


def test_the_workspace_stays_open_and_works_on(made: Paths) -> None:
    clinic = Clinic(made).unlock(FIRST, "ann")
    before = bytes(clinic.opened.keys.data)
    held = clinic.opened.keys.audit
    clinic.people.rekey(lambda _: None, CancelToken())
    assert bytes(clinic.opened.keys.data) != before
    assert clinic.opened.keys.audit is held
    clinic.opened.database.transaction(lambda connection: meta.put(connection, "clinic", "north"))
    clinic.people.add("Cid", Role.READER, "a passphrase for Cid")
    clinic.people.rekey(lambda _: None, CancelToken())
    clinic.lock()
    check_sound(made)


def test_who_left_is_a_reason_for_a_new_key_until_there_is_one(made: Paths) -> None:
    clinic = Clinic(made).unlock(SECOND, "ben")
    clinic.lock()
    clinic.unlock(FIRST, "ann")
    assert not clinic.people.rekey_advised()
    cid = clinic.people.add("Cid", Role.READER, "a passphrase for Cid")
    clinic.people.disable(cid.id)
    assert not clinic.people.rekey_advised()  # never signed in
    clinic.people.disable(clinic.user("Ben").id)
    assert clinic.people.rekey_advised()
    clinic.people.rekey(lambda _: None, CancelToken())
    assert not clinic.people.rekey_advised()
    clinic.lock()
    with pytest.raises(WrongPassphrase):
        clinic.unlock(SECOND, "ben")


def test_who_signs_in_after_several_comes_to_know_the_present_key(made: Paths) -> None:
    clinic = Clinic(made).unlock(FIRST, "ann")
    clinic.people.rekey(lambda _: None, CancelToken())
    clinic.people.rekey(lambda _: None, CancelToken())
    clinic.lock()
    known = []
    for _ in range(2):
        keys = opening._load(made)
        found = keys.open_with(keys.candidates("ben"), passphrase_bytes(SECOND))
        assert found is not None
        known.append(found.opening.knows(found.keys[0]))
        opening.unlock(made, SECOND, "ben").close()
    assert known == [False, True]


def test_a_copy_from_before_an_update_put_back_opens_for_everybody(made: Paths) -> None:
    give_new_key(made)
    opening.unlock(made, FIRST, "ann").close()  # knows the new key by now; Ben does not
    (copy,) = snapshots.all_copies(made)
    shutil.copyfile(copy, made.vault_file)
    check_sound(made)


def test_another_workspace_put_in_place_is_refused(made: Paths, tmp_path: Path) -> None:
    """Who can write the folder, but has no key, seals a key of their own to everybody's public keys."""
    other = Paths(tmp_path / "other", made.models)
    opened = opening.create(other, "a passphrase of a thief", name="Ann")
    ours = opening._load(made)
    forged = [key_slots.resealed(ours.workspace, slot, opened.keys.data) for slot in ours.slots]
    opened.close()
    shutil.copyfile(other.vault_file, made.vault_file)
    KeyFiles(made.keys_file, made.backup_dir / made.keys_file.name).write(KeyRing(ours.workspace, forged))
    for passphrase, name in ((FIRST, "ann"), (SECOND, "ben")):
        with pytest.raises(VaultDamaged, match="put in its place"):
            opening.unlock(made, passphrase, name)
    with pytest.raises(VaultDamaged, match="put in its place"):
        opening.emergency(made, (made.data / "key").read_text(), "is everything there?")


def test_a_cancelled_one_changes_nothing(made: Paths) -> None:
    old, token = data_key(made), CancelToken()
    clinic = Clinic(made).unlock(FIRST, "ann")
    with pytest.raises(Cancelled):
        clinic.people.rekey(lambda progress: token.cancel(), token)
    assert clinic.opened.database.read(lambda connection: meta.get(connection, "clinic")) == "north"
    clinic.lock()
    check_sound(made)
    assert data_key(made) == old


def test_no_room_changes_nothing(made: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    old = data_key(made)
    usage = shutil.disk_usage(made.data)
    with monkeypatch.context() as patched:
        patched.setattr(rekey.shutil, "disk_usage", lambda _: usage._replace(free=10))
        with pytest.raises(NotEnoughSpace):
            give_new_key(made)
    check_sound(made)
    assert data_key(made) == old


@pytest.mark.parametrize("step", ["encrypt_anew", "_verify", "sync_folder", "earlier_copies"])
def test_a_step_that_fails_leaves_a_workspace_that_opens(
    made: Paths, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "the disk reported an error")

    with monkeypatch.context() as patched:
        patched.setattr(rekey, step, fail)
        if step == "earlier_copies":
            give_new_key(made)  # done all but for the copies, which the next unlock sees to
        else:
            with pytest.raises(OSError, match="disk"):
                give_new_key(made)
    check_sound(made)


def test_a_copy_that_nothing_opens_is_left(made: Paths) -> None:
    (copy,) = snapshots.all_copies(made)
    strange = copy.with_name(copy.name.replace("0.1.0", "0.0.9"))
    strange.write_bytes(b"harmed" * 5000)
    give_new_key(made)
    assert strange.read_bytes() == b"harmed" * 5000
    strange.unlink()
    check_sound(made)


def test_a_new_slot_made_after_an_unsettled_one_does_not_undo_it(made: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies could not be written, so the key file holds both keys while people come and go."""
    old = data_key(made)
    clinic = Clinic(made).unlock(FIRST, "ann")
    with monkeypatch.context() as patched:
        patched.setattr(rekey, "earlier_copies", lambda *_: (_ for _ in ()).throw(OSError(5, "no")))
        clinic.people.rekey(lambda _: None, CancelToken())
    assert clinic.opened.key_file.rekeying
    cid = clinic.people.add("Cid", Role.READER, "a passphrase for Cid")
    clinic.people.rename(clinic.user("Ben").id, "Ben")
    clinic.lock()
    clinic.unlock("a passphrase for Cid", "cid")
    clinic.lock()
    check_sound(made)
    assert data_key(made) != old
    clinic.unlock(FIRST, "ann")
    clinic.people.disable(cid.id)
    clinic.lock()
    check_sound(made)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="processes are copied with fork")
def test_killed_at_every_step_it_is_finished_or_undone(made: Paths, tmp_path: Path) -> None:
    old, done, undone = data_key(made), 0, 0
    for step in range(400):
        paths = Paths(tmp_path / f"data-{step}", made.models)
        shutil.copytree(made.data, paths.data)

        def work(paths: Paths = paths, step: int = step) -> None:
            clinic = Clinic(paths).unlock(FIRST, "ann")
            Killer(step).install((rekey, "encrypt_anew"))
            clinic.people.rekey(lambda _: None, CancelToken())

        code = in_child(work)
        assert code in {0, KILLED}, step
        check_sound(paths)
        done, undone = (done, undone + 1) if data_key(paths) == old else (done + 1, undone)
        shutil.rmtree(paths.data)
        if code == 0:
            break
    else:
        pytest.fail("it was never carried out to the end")
    print(f"{step} steps: {undone} undone, {done} finished")
    assert step > 20
    assert done > 3
    assert undone > 3


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="processes are copied with fork")
def test_killed_while_an_unlock_finishes_it_the_next_unlock_does(made: Paths, tmp_path: Path) -> None:
    """Stopped right after the exchange, so that all that is left falls to the unlock."""

    def stop_after_exchange() -> None:
        clinic = Clinic(made).unlock(FIRST, "ann")
        rekey.finish = lambda *_: os._exit(KILLED)
        clinic.people.rekey(lambda _: None, CancelToken())

    old = data_key(made)
    assert in_child(stop_after_exchange) == KILLED
    for step in range(200):
        paths = Paths(tmp_path / f"data-{step}", made.models)
        shutil.copytree(made.data, paths.data)

        def unlock(paths: Paths = paths, step: int = step) -> None:
            Killer(step).install()
            opening.unlock(paths, FIRST, "ann")

        code = in_child(unlock)
        check_sound(paths)
        assert data_key(paths) != old
        shutil.rmtree(paths.data)
        if code == 0:
            break
    else:
        pytest.fail("it was never carried out to the end")
    assert step > 10
