"""Who can open a workspace: slots, and the changes to them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import NotEnoughSpace
from engine.vault import key_files, key_slots, os_keyring
from engine.vault.failures import WeakPassphrase
from engine.vault.kdf import Argon2id, passphrase_bytes
from engine.vault.key_slots import Kind, Person
from engine.vault.keys import Found, Keys
from engine.vault.passphrase import check_passphrase
from tests.fixtures import keyrings
from tests.fixtures.clinic import FIRST, SECOND, THIRD, cheap
from tests.fixtures.keyrings import MemoryKeyring


@dataclass
class Made:
    """A key file on disk, of one person, and the data key inside it."""

    file: Path
    copy: Path
    user: str
    key: bytearray

    def load(self) -> Keys:
        return Keys.load(self.file, self.copy)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    """Saved under FIRST for Ann."""
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    file, copy = tmp_path / "workspace.keys", tmp_path / "backups" / "workspace.keys"
    keys, key = Keys.create(file, copy, FIRST, "Ann")
    keys.save()
    return Made(file, copy, keys.slots[0].user, key)


@pytest.fixture
def system_keyring() -> Iterator[MemoryKeyring]:
    backend = MemoryKeyring()
    with keyrings.installed(backend):
        yield backend


@pytest.fixture
def no_keyring() -> Iterator[None]:
    with keyrings.installed(keyrings.nothing()):
        yield


def opens(keys: Keys, passphrase: str, name: str = "") -> Found | None:
    return keys.open_with(keys.candidates(name), passphrase_bytes(passphrase))


def test_the_passphrase_gives_the_key_and_no_other_does(made: Made) -> None:
    keys = made.load()
    found = opens(keys, FIRST)
    assert found is not None
    assert found.keys == [made.key]
    assert found.slot.user == made.user
    assert opens(keys, FIRST + " ") is None
    assert opens(keys, "") is None


def test_the_file_holds_neither_key_nor_passphrase_nor_name_and_is_private(made: Made) -> None:
    content = made.file.read_bytes()
    for secret in (bytes(made.key), made.key.hex().encode(), FIRST.encode(), b"Ann"):
        assert secret not in content
    assert made.file.stat().st_mode & 0o077 == 0
    assert made.copy.read_bytes() == content


def test_a_new_workspace_uses_the_full_argon2id_cost(tmp_path: Path) -> None:
    keys, key = Keys.create(tmp_path / "k", tmp_path / "c", FIRST, "Ann")
    keys.save()
    (slot,) = json.loads((tmp_path / "k").read_bytes())["slots"]
    cost = [slot["kdf"][part] for part in ("name", "memory_kib", "time", "lanes")]
    assert cost == ["argon2id", 64 * 1024, 3, 4]
    assert len(key) == 32


def test_two_workspaces_share_nothing(made: Made, tmp_path: Path) -> None:
    other, key = Keys.create(tmp_path / "k", tmp_path / "c", FIRST, "Ann")
    (mine,), (theirs,) = made.load().slots, other.slots
    assert key != made.key
    assert mine.kdf != theirs.kdf
    assert mine.public != theirs.public
    assert mine.name_tag != theirs.name_tag or made.load().workspace != other.workspace
    assert other.open_with([mine], passphrase_bytes(FIRST)) is None  # a slot belongs to its workspace


def test_the_same_characters_composed_otherwise_open_it(made: Made) -> None:
    keys = made.load()
    composed = unicodedata.normalize("NFC", "Düsseldorf é à la carte")
    keys.put(keys.new_user_slot(Person("u2", "Zoë"), composed, made.key))
    assert opens(keys, unicodedata.normalize("NFD", composed), unicodedata.normalize("NFD", "ZOË")) is not None


@pytest.mark.parametrize("weak", ["", "short", "123456789", "aaaaaaaaaaaaaa", "abababababab"])
def test_a_weak_passphrase_is_refused_with_advice(weak: str) -> None:
    with pytest.raises(WeakPassphrase) as refused:
        check_passphrase(weak)
    assert "10 characters" in refused.value.advice


def test_everybody_opens_it_with_their_own_and_a_name_finds_the_slot(made: Made) -> None:
    keys = made.load()
    keys.put(keys.new_user_slot(Person("u2", "Dr  Reyes"), SECOND, made.key))
    keys = made.load()
    ann, reyes = opens(keys, FIRST, "ann"), opens(keys, SECOND, " dr reyes ")
    assert ann is not None
    assert reyes is not None
    assert (ann.slot.user, reyes.slot.user) == (made.user, "u2")
    assert ann.keys == reyes.keys == [made.key]
    assert opens(keys, FIRST, "dr reyes") is None
    assert [slot.user for slot in keys.candidates("Ann")] == [made.user]
    assert keys.candidates("nobody of this name") == []


def test_a_name_nobody_has_costs_a_guess_all_the_same(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    guesses: list[int] = []
    derive = Argon2id.derive

    def counted(self: Argon2id, secret: bytes) -> bytes:
        guesses.append(self.memory_kib)
        return derive(self, secret)

    monkeypatch.setattr(Argon2id, "derive", counted)
    assert opens(made.load(), FIRST, "nobody") is None
    unknown, known = len(guesses), len(guesses)
    assert opens(made.load(), SECOND, "ann") is None
    assert len(guesses) - known == unknown == 1


def test_a_changed_passphrase_replaces_the_old_in_every_generation(made: Made) -> None:
    keys = made.load()
    keys.put(keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    keys.put(keys.new_user_slot(Person(made.user, "Ann"), THIRD, made.key))
    for file in (made.file, made.copy, made.file.with_name("workspace.keys.previous")):
        there = Keys.load(file, file)
        assert opens(there, FIRST, "ann") is None
        assert opens(there, THIRD, "ann") is not None


def test_a_removed_person_gets_in_by_no_generation(made: Made) -> None:
    keys = made.load()
    keys.put(keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    keys.put(keys.new_user_slot(Person("u3", "Cid"), THIRD, made.key))
    previous = made.file.with_name("workspace.keys.previous")
    assert opens(Keys.load(previous, previous), SECOND, "ben") is not None
    keys.remove_user("u2")
    for file in (made.file, made.copy, previous):
        there = Keys.load(file, file)
        assert opens(there, SECOND, "ben") is None
        assert opens(there, THIRD, "cid") is not None


def test_a_change_that_fails_changes_nothing(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made.file.read_bytes()
    keys = made.load()

    def full(path: Path, content: bytes) -> None:
        raise NotEnoughSpace("The disk is full.")

    slot = keys.new_user_slot(Person(made.user, "Ann"), SECOND, made.key)
    monkeypatch.setattr(key_files, "write_atomically", full)
    with pytest.raises(NotEnoughSpace):
        keys.put(slot)
    assert made.file.read_bytes() == before
    assert opens(keys, FIRST) is not None
    assert opens(keys, SECOND) is None


def test_what_belongs_to_a_failed_transaction_is_taken_back(made: Made) -> None:
    keys = made.load()
    with pytest.raises(OSError, match="commit"), keys.together():
        keys.put(keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
        raise OSError("commit")
    assert opens(made.load(), SECOND, "ben") is None
    assert [slot.user for slot in keys.slots] == [made.user]


def test_somebody_renamed_signs_in_with_the_new_name_and_the_old_passphrase(made: Made) -> None:
    keys = made.load()
    keys.describe(Person(made.user, "Anna"), made.key)
    found = opens(made.load(), FIRST, "anna")
    assert found is not None
    assert found.keys == [made.key]
    assert opens(made.load(), FIRST, "ann") is None


def test_a_cost_below_the_default_is_raised_and_a_higher_one_left(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = made.load()
    (slot,) = keys.slots
    keys.raise_cost(slot, "Ann", FIRST, made.key)
    assert keys.slots == [slot]
    monkeypatch.setattr(key_slots, "default_cost", lambda: Argon2id(bytes(16), memory_kib=128, time=1, lanes=1))
    keys.raise_cost(slot, "Ann", FIRST, made.key)
    (raised,) = made.load().slots
    assert isinstance(raised.kdf, Argon2id)
    assert raised.kdf.memory_kib == 128
    assert opens(made.load(), FIRST, "ann") is not None
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    keys.raise_cost(raised, "Ann", FIRST, made.key)
    assert made.load().slots == [raised]


def test_only_known_people_keep_their_slots_and_the_recovery_key_its(made: Made) -> None:
    keys = made.load()
    keys.put(keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    keys.put(keys.new_recovery_slot(b"x" * 28, made.key))
    keys.keep_only(frozenset({made.user}))
    assert [slot.kind for slot in made.load().slots] == [Kind.USER, Kind.RECOVERY]


def test_a_new_data_key_is_sealed_for_everybody_without_their_secrets(made: Made) -> None:
    keys, coming = made.load(), bytearray(range(32))
    keys.put(keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    keys.put(keys.new_recovery_slot(b"x" * 28, made.key))
    keys.begin_rekeying(made.key, coming)
    assert keys.rekeying
    for name, passphrase in (("ann", FIRST), ("ben", SECOND)):
        found = opens(made.load(), passphrase, name)
        assert found is not None
        assert found.keys == [made.key, coming]
    keys.finish_rekeying()
    found = made.load().open_with(made.load().of(Kind.RECOVERY), b"x" * 28)
    assert found is not None
    assert found.keys == [coming]
    assert not made.load().rekeying


def test_a_rekeying_can_be_undone_and_begun_again(made: Made) -> None:
    keys = made.load()
    keys.begin_rekeying(made.key, bytearray(range(32)))
    keys.undo_rekeying()
    found = opens(made.load(), FIRST)
    assert found is not None
    assert found.keys == [made.key]
    keys.begin_rekeying(made.key, bytearray(range(32)))
    keys.finish_rekeying()
    keys.begin_rekeying(bytearray(range(32)), bytearray(32))
    found = opens(made.load(), FIRST)
    assert found is not None
    assert found.keys == [bytearray(range(32)), bytearray(32)]


def test_a_slot_changed_during_a_rekeying_has_one_key(made: Made) -> None:
    """It must not offer the same key twice: an unlock would take the re-keying for one to undo."""
    keys, coming = made.load(), bytearray(range(32))
    keys.begin_rekeying(made.key, coming)
    keys.describe(Person(made.user, "Anna"), coming)
    found = opens(made.load(), FIRST, "anna")
    assert found is not None
    assert found.keys == [coming]


def test_the_keyring_opens_it_when_allowed_and_never_holds_the_key(made: Made, system_keyring: MemoryKeyring) -> None:
    assert os_keyring.available()
    assert made.load().allow_keyring(made.user, made.key)
    keys = made.load()
    assert keys.keyring_user == made.user
    found = keys.open_with_keyring()
    assert found is not None
    assert (found.slot.user, found.keys) == (made.user, [made.key])
    (secret,) = system_keyring.secrets.values()
    assert len(secret) < 2560
    assert made.key.hex() not in secret


def test_forgetting_takes_the_slot_and_the_secret_away(made: Made, system_keyring: MemoryKeyring) -> None:
    made.load().allow_keyring(made.user, made.key)
    made.load().forbid_keyring()
    assert system_keyring.secrets == {}
    assert made.load().keyring_user == ""
    assert made.load().open_with_keyring() is None


def test_a_removed_or_reset_person_is_forgotten_by_the_keyring(made: Made, system_keyring: MemoryKeyring) -> None:
    keys = made.load()
    keys.put(keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    reset = keys.new_user_slot(Person("u2", "Ben"), THIRD, made.key)
    for change in (lambda: keys.remove_user("u2"), lambda: keys.put_alone(reset)):
        keys.allow_keyring("u2", made.key)
        change()
        assert system_keyring.secrets == {}
        assert made.load().open_with_keyring() is None
    assert opens(made.load(), THIRD, "ben") is not None
    assert opens(made.load(), FIRST, "ann") is not None


@pytest.mark.parametrize(
    "content",
    [None, "", "not base64!", "AAAA", "A" * 44, "A" * 4096, "A" * 3_000_000],
    ids=["absent", "erased", "no base64", "short", "another", "oversized", "huge"],
)
def test_whatever_the_keyring_holds_instead_leads_to_the_passphrase(
    made: Made, system_keyring: MemoryKeyring, content: str | None
) -> None:
    made.load().allow_keyring(made.user, made.key)
    if content is None:
        system_keyring.secrets.clear()
    else:
        system_keyring.secrets = dict.fromkeys(system_keyring.secrets, content)
    assert made.load().open_with_keyring() is None
    assert opens(made.load(), FIRST) is not None


def test_a_locked_keyring_leads_to_the_passphrase(made: Made, system_keyring: MemoryKeyring) -> None:
    made.load().allow_keyring(made.user, made.key)
    system_keyring.locked = True
    assert made.load().open_with_keyring() is None
    assert made.load().allow_keyring(made.user, made.key) is False
    made.load().forbid_keyring()
    assert opens(made.load(), FIRST) is not None


def test_without_a_keyring_everything_works(made: Made, no_keyring: None) -> None:
    assert not os_keyring.available()
    assert made.load().allow_keyring(made.user, made.key) is False
    assert made.load().keyring_user == ""
    assert made.load().open_with_keyring() is None
    made.load().forbid_keyring()
    assert opens(made.load(), FIRST) is not None
