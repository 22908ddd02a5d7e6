"""The program is killed at every step of a change to people: nobody is locked out, and nobody gets in who may not."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import WrongPassphrase
from engine.paths import Paths
from engine.types import Role
from engine.vault import opening
from engine.vault.database import Database
from engine.vault.kdf import Argon2id
from tests.fixtures.clinic import FIRST, SECOND, THIRD, Clinic
from tests.fixtures.killer import KILLED, Killer, in_child
from tests.fixtures.vault.make_schema import PASSPHRASE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are copied with fork"),
]

OWN = "ben's own passphrase"


@dataclass(frozen=True)
class Change:
    """act: what is killed, after Ann has signed in. before, after: who gets in before and after it, as (passphrase,
    name); either, or both, may be found after a kill, but Ann always gets in."""

    act: Callable[[Clinic], object]
    before: tuple[str, str] | None = None
    after: tuple[str, str] | None = None


def ben(clinic: Clinic) -> str:
    return clinic.user("Ben").id


CHANGES = {
    "add": Change(lambda clinic: clinic.people.add("Cid", Role.STAFF, THIRD), after=(THIRD, "cid")),
    "disable": Change(lambda clinic: clinic.people.disable(ben(clinic)), before=(OWN, "ben")),
    "reset": Change(
        lambda clinic: clinic.people.reset_passphrase(ben(clinic), THIRD), before=(OWN, "ben"), after=(THIRD, "ben")
    ),
    "rename": Change(lambda clinic: clinic.people.rename(ben(clinic), "Bob"), before=(OWN, "ben"), after=(OWN, "bob")),
    "role": Change(
        lambda clinic: clinic.people.set_role(ben(clinic), Role.ADMINISTRATOR), before=(OWN, "ben"), after=(OWN, "ben")
    ),
}


@pytest.fixture
def made(paths: Paths) -> Paths:
    clinic = Clinic(paths).create(name="Ann")
    clinic.people.add("Ben", Role.CLINICIAN, SECOND)
    clinic.lock()
    clinic.unlock(SECOND, "ben")
    clinic.people.change_passphrase(SECOND, OWN)
    clinic.lock()
    return paths


def gets_in(paths: Paths, who: tuple[str, str] | None) -> bool:
    if who is None:
        return False
    paths.attempts_file.unlink(missing_ok=True)
    try:
        opening.unlock(paths, *who).close()
    except WrongPassphrase:
        return False
    return True


def each_kill(source: Paths, tmp_path: Path, work: Callable[[Paths, Killer], object]) -> list[tuple[Paths, bool]]:
    """Folders as kills at step 0, 1, 2 … left them, up to a run that was not killed any more."""
    left = []
    for step in range(200):
        paths = Paths(tmp_path / f"data-{step}", source.models)
        shutil.copytree(source.data, paths.data)
        code = in_child(lambda paths=paths, step=step: work(paths, Killer(step)))  # type: ignore[misc]
        assert code in {0, KILLED}
        left.append((paths, code == 0))
        if code == 0:
            return left
    raise AssertionError("it was never carried out to the end")


@pytest.mark.parametrize("name", CHANGES)
def test_killed_at_every_step_of_a_change_to_people(made: Paths, tmp_path: Path, name: str) -> None:
    change = CHANGES[name]

    def work(paths: Paths, killer: Killer) -> None:
        clinic = Clinic(paths).unlock(FIRST, "ann")
        killer.install((Database, "transaction"))
        change.act(clinic)

    folders = each_kill(made, tmp_path, work)
    for paths, whole in folders:
        clinic = Clinic(paths).unlock(FIRST, "ann")
        listed = {user.name.casefold() for user in clinic.people.list() if not user.disabled_at}
        clinic.lock()
        found = [gets_in(paths, who) for who in (change.before, change.after)]
        if whole:
            assert found[1] is (change.after is not None)
            assert change.before == change.after or not found[0]
        for who, inside in zip((change.before, change.after), found, strict=True):
            assert not inside or (who is not None and who[1] in listed)
        # However it ended, an administrator can bring it to an end.
        clinic.unlock(FIRST, "ann")
        for user in clinic.people.list():
            if user.name != "Ann":
                clinic.people.enable(user.id, SECOND)
        names = [user.name for user in clinic.people.list() if user.name != "Ann"]
        clinic.lock()
        assert names and all(gets_in(paths, (SECOND, name)) for name in names)
    assert len(folders) > 8


def test_killed_while_the_own_passphrase_is_changed_one_of_both_opens_it(made: Paths, tmp_path: Path) -> None:
    def work(paths: Paths, killer: Killer) -> None:
        clinic = Clinic(paths).unlock(OWN, "ben")
        killer.install((Database, "transaction"))
        clinic.people.change_passphrase(OWN, THIRD)

    for paths, whole in each_kill(made, tmp_path, work):
        old, new = gets_in(paths, (OWN, "ben")), gets_in(paths, (THIRD, "ben"))
        assert old is not new
        assert new or not whole
        assert gets_in(paths, (FIRST, "ann"))


def test_killed_while_a_recovery_key_is_replaced_one_of_both_opens_it(made: Paths, tmp_path: Path) -> None:
    clinic = Clinic(made).unlock(FIRST, "ann")
    old = clinic.recovery_key()
    clinic.lock()

    def work(paths: Paths, killer: Killer) -> None:
        clinic = Clinic(paths).unlock(FIRST, "ann")
        new = clinic.people.make_recovery_key()
        (paths.data / "new").write_text(new)
        killer.install((Database, "transaction"))
        clinic.people.confirm_recovery_key(new)

    for paths, _ in each_kill(made, tmp_path, work):
        new = (paths.data / "new").read_text()
        clinic = Clinic(paths).unlock(FIRST, "ann")
        assert clinic.people.test_recovery_key(old) is not clinic.people.test_recovery_key(new)
        clinic.lock()


@pytest.fixture
def derived_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was derived from a passphrase is remembered: the old file is as dear to guess at as it was."""
    derive = functools.cache(Argon2id.derive)
    monkeypatch.setattr(Argon2id, "derive", lambda kdf, secret: derive(kdf, bytes(secret)))


@pytest.mark.usefixtures("derived_once")
def test_killed_while_version_1_becomes_version_2_its_passphrase_opens_it(paths: Paths, tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "vault"
    paths.prepare()
    shutil.copyfile(fixtures / "schema_0002.db", paths.vault_file)
    shutil.copyfile(fixtures / "schema_0002.keys", paths.keys_file)
    first = Paths(tmp_path / "first", paths.models)
    shutil.copytree(paths.data, first.data)
    opening.unlock(first, PASSPHRASE).close()

    def work(paths: Paths, killer: Killer) -> None:
        killer.install((Database, "transaction"))
        opening.unlock(paths, PASSPHRASE)

    folders = each_kill(paths, tmp_path, work)
    for each, _ in folders[:: max(1, len(folders) // 25)]:
        clinic = Clinic(each).unlock(PASSPHRASE)
        assert [user.name for user in clinic.people.list()] == ["Administrator"]
        clinic.lock()
        assert gets_in(each, (PASSPHRASE, "administrator"))


def test_killed_while_a_workspace_is_made_another_can_be(paths: Paths, tmp_path: Path) -> None:
    paths.prepare()

    def work(paths: Paths, killer: Killer) -> None:
        killer.install((Database, "transaction"))
        opening.create(paths, FIRST, name="Ann")

    for each, _ in each_kill(paths, tmp_path, work):
        if not opening.exists(each):
            opening.create(each, FIRST, name="Ann").close()
        assert gets_in(each, (FIRST, "ann"))
