"""Who can open a workspace, and what happens to a key file that was harmed."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import keyring
import keyring.backend
import pytest
from keyring.backends import fail
from keyring.errors import KeyringLocked

from engine.errors import NotEnoughSpace, UserError, WrongPassphrase
from engine.vault import key_slots
from engine.vault import keys as keys_module
from engine.vault.failures import NewerSchema, VaultDamaged, WeakPassphrase
from engine.vault.keys import Keys, keyring_available
from engine.vault.passphrase import check_passphrase

OLD = "correct horse battery"
NEW = "another staple entirely"


@dataclass
class Made:
    """A key file on disk and the database key inside it."""

    file: Path
    copy: Path
    key: bytes

    def load(self) -> Keys:
        return Keys.load(self.file, self.copy)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Saved under OLD, with an Argon2id cost that lets tests be quick."""
    salt = bytes(16)
    monkeypatch.setattr(key_slots, "default_cost", lambda: key_slots.Argon2id(salt, memory_kib=64, time=1, lanes=1))
    file, copy = tmp_path / "workspace.keys", tmp_path / "backups" / "workspace.keys"
    keys, key = Keys.create(file, copy, OLD)
    keys.save()
    return Made(file, copy, bytes(key))


class MemoryKeyring(keyring.backend.KeyringBackend):
    """The system's keyring for a test: real calls through the keyring package, kept in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        self.secrets: dict[tuple[str, str], str] = {}
        self.locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.secrets[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.secrets.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        del self.secrets[service, username]

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked by the person")


@pytest.fixture
def system_keyring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


def test_the_passphrase_gives_the_key_and_no_other_does(made: Made) -> None:
    keys = made.load()
    assert bytes(keys.unlock(OLD)) == made.key
    with pytest.raises(WrongPassphrase, match="does not open") as wrong:
        keys.unlock(OLD + " ")
    assert "Caps Lock" in wrong.value.advice


def test_the_file_holds_neither_key_nor_passphrase_and_is_private(made: Made) -> None:
    content = made.file.read_bytes()
    assert made.key not in content
    assert made.key.hex().encode() not in content
    assert OLD.encode() not in content
    assert made.file.stat().st_mode & 0o077 == 0
    assert made.copy.read_bytes() == content


def test_a_new_workspace_uses_the_full_argon2id_cost(tmp_path: Path) -> None:
    keys, key = Keys.create(tmp_path / "k", tmp_path / "c", OLD)
    keys.save()
    (slot,) = json.loads((tmp_path / "k").read_bytes())["slots"]
    assert (slot["kdf"]["name"], slot["kdf"]["memory_kib"], slot["kdf"]["time"], slot["kdf"]["lanes"]) == (
        "argon2id",
        64 * 1024,
        3,
        4,
    )
    assert len(key) == 32


def test_two_workspaces_share_no_key_and_no_salt(tmp_path: Path) -> None:
    rings = []
    for name in ("a", "b"):
        keys, key = Keys.create(tmp_path / name, tmp_path / f"{name}.copy", OLD)
        keys.save()
        rings.append((bytes(key), json.loads((tmp_path / name).read_bytes())["slots"][0]["kdf"]["salt"]))
    assert rings[0][0] != rings[1][0]
    assert rings[0][1] != rings[1][1]


def test_the_same_characters_composed_otherwise_open_it(tmp_path: Path) -> None:
    composed = unicodedata.normalize("NFC", "Düsseldorf é à la carte")
    keys, key = Keys.create(tmp_path / "k", tmp_path / "c", composed)
    assert keys.unlock(unicodedata.normalize("NFD", composed)) == key


@pytest.mark.parametrize("weak", ["", "short", "123456789", "aaaaaaaaaaaaaa", "abababababab"])
def test_a_weak_passphrase_is_refused_with_advice(weak: str) -> None:
    with pytest.raises(WeakPassphrase) as refused:
        check_passphrase(weak)
    assert "10 characters" in refused.value.advice


def test_changing_the_passphrase_keeps_the_key(made: Made) -> None:
    made.load().change_passphrase(OLD, NEW)
    assert bytes(made.load().unlock(NEW)) == made.key
    with pytest.raises(WrongPassphrase):
        made.load().unlock(OLD)
    assert made.copy.read_bytes() == made.file.read_bytes()


def test_a_change_refused_or_failed_leaves_the_old_passphrase(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made.file.read_bytes()
    with pytest.raises(WrongPassphrase):
        made.load().change_passphrase(NEW, NEW)
    with pytest.raises(WeakPassphrase):
        made.load().change_passphrase(OLD, "short")
    keys = made.load()

    def full(path: Path, content: bytes) -> None:
        raise NotEnoughSpace("The disk is full.")

    monkeypatch.setattr(keys_module, "write_atomically", full)
    with pytest.raises(NotEnoughSpace):
        keys.change_passphrase(OLD, NEW)
    assert made.file.read_bytes() == before
    assert bytes(keys.unlock(OLD)) == made.key


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\x00" * 600, b"[]", b"{}", b'{"format":"chartside-keys","version":1}', "é".encode("latin-1")],
)
def test_a_damaged_file_is_told_as_damaged_and_kept(made: Made, content: bytes) -> None:
    made.file.write_bytes(content)
    made.copy.unlink()
    with pytest.raises(VaultDamaged, match="missing or damaged") as damaged:
        made.load()
    assert "backup" in damaged.value.advice
    assert made.file.read_bytes() == content


def test_every_single_changed_byte_is_noticed_and_none_opens(made: Made) -> None:
    """Damage is told as damage, not as a wrong passphrase; layout between the values does not matter."""
    good = made.file.read_bytes()
    made.copy.unlink()
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1
        made.file.write_bytes(bad)
        try:
            ring = key_slots.decode(bytes(bad))
        except ValueError:
            with pytest.raises(UserError):
                made.load()
        else:
            assert ring == key_slots.decode(good)


def test_parameters_changed_with_a_fitting_checksum_still_open_nothing(made: Made) -> None:
    ring = key_slots.decode(made.file.read_bytes())
    other = key_slots.KeyRing(workspace="another", slots=ring.slots)
    made.file.write_bytes(key_slots.encode(other))
    with pytest.raises(WrongPassphrase):
        made.load().unlock(OLD)


def test_the_copy_stands_in_for_a_lost_or_damaged_file_and_heals_it(made: Made) -> None:
    good = made.file.read_bytes()
    made.file.unlink()
    keys = made.load()
    assert bytes(keys.unlock(OLD)) == made.key
    assert not made.file.exists()
    keys.heal()
    assert made.file.read_bytes() == good
    made.file.write_bytes(b"harmed")
    keys = made.load()
    keys.heal()
    assert made.file.read_bytes() == good
    assert made.file.with_name("workspace.keys.damaged").read_bytes() == b"harmed"


def test_a_change_cut_off_before_the_copy_is_brought_in_line(made: Made) -> None:
    old = made.copy.read_bytes()
    made.load().change_passphrase(OLD, NEW)
    made.copy.write_bytes(old)
    keys = made.load()
    assert bytes(keys.unlock(NEW)) == made.key
    keys.heal()
    assert made.copy.read_bytes() == made.file.read_bytes()


def test_a_key_file_of_a_later_version_is_refused_and_kept(made: Made) -> None:
    later = made.file.read_bytes().replace(b'"version": 1', b'"version": 2')
    made.file.write_bytes(later)
    with pytest.raises(NewerSchema, match="newer version"):
        made.load()
    assert made.file.read_bytes() == later


def test_the_keyring_opens_it_when_allowed_and_never_holds_the_key(made: Made, system_keyring: MemoryKeyring) -> None:
    assert keyring_available()
    assert made.load().remember(OLD)
    keys = made.load()
    assert keys.remembered
    opened = keys.unlock_with_keyring()
    assert opened is not None
    assert bytes(opened) == made.key
    assert bytes(keys.unlock(OLD)) == made.key
    (secret,) = system_keyring.secrets.values()
    assert len(secret) < 2560
    assert base64.b64decode(secret) != made.key


def test_forgetting_takes_the_slot_and_the_secret_away(made: Made, system_keyring: MemoryKeyring) -> None:
    made.load().remember(OLD)
    made.load().forget()
    assert system_keyring.secrets == {}
    assert not made.load().remembered
    assert made.load().unlock_with_keyring() is None


def test_a_changed_passphrase_leaves_the_keyring_slot(made: Made, system_keyring: MemoryKeyring) -> None:
    made.load().remember(OLD)
    made.load().change_passphrase(OLD, NEW)
    opened = made.load().unlock_with_keyring()
    assert opened is not None
    assert bytes(opened) == made.key


def test_remembering_needs_the_passphrase(made: Made, system_keyring: MemoryKeyring) -> None:
    with pytest.raises(WrongPassphrase):
        made.load().remember(NEW)
    assert system_keyring.secrets == {}


def test_a_locked_or_emptied_keyring_is_a_slot_that_is_not_there(made: Made, system_keyring: MemoryKeyring) -> None:
    made.load().remember(OLD)
    system_keyring.locked = True
    assert made.load().unlock_with_keyring() is None
    system_keyring.locked = False
    system_keyring.secrets = dict.fromkeys(system_keyring.secrets, "not base64!")
    assert made.load().unlock_with_keyring() is None
    system_keyring.secrets.clear()
    assert made.load().unlock_with_keyring() is None
    assert bytes(made.load().unlock(OLD)) == made.key


def test_without_a_keyring_everything_works(made: Made, no_keyring: None) -> None:
    assert not keyring_available()
    assert made.load().remember(OLD) is False
    assert not made.load().remembered
    assert made.load().unlock_with_keyring() is None
    made.load().forget()
    assert bytes(made.load().unlock(OLD)) == made.key
