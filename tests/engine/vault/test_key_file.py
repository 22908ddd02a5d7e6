"""What happens to a key file that was harmed, and its generations."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import NewerSchema
from engine.vault import key_file, key_slots
from engine.vault.failures import VaultDamaged
from engine.vault.kdf import Argon2id, RandomSecret, passphrase_bytes
from engine.vault.key_file import KeyRing
from engine.vault.key_files import KeyFiles
from engine.vault.key_slots import Kind, Person, Slot
from engine.vault.keys import Keys
from engine.vault.legacy_keys import LegacyRing
from tests.fixtures.clinic import FIRST, SECOND, cheap

FIXTURES = Path(__file__).parents[2] / "fixtures" / "vault"
KEY = bytearray(range(32))
WORKSPACE = "5a1cf3f6-9df5-4a72-8dd1-0c1fb9d3f7aa"
SECRET = b"0123456789ABCDEFGHJKMNPQRSTV"  # pragma: allowlist secret


@dataclass
class Made:
    files: KeyFiles
    keys: Keys
    key: bytearray

    def opened_by(self, passphrase: str) -> bool:
        ring = self.files.read()
        assert isinstance(ring, KeyRing)
        return any(key_slots.opened(ring.workspace, slot, passphrase_bytes(passphrase)) for slot in ring.slots)


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    monkeypatch.setattr(key_slots, "default_cost", cheap)
    file, copy = tmp_path / "workspace.keys", tmp_path / "backups" / "workspace.keys"
    keys, key = Keys.create(file, copy, FIRST, "Ann")
    keys.save()
    return Made(KeyFiles(file, copy), keys, key)


def ring_of_all_kinds() -> tuple[KeyRing, list[tuple[Slot, bytes]]]:
    """A key file with a slot of every kind (and a re-keying under way in one), with the secret of each."""
    ann = passphrase_bytes(FIRST)
    cost = Argon2id(bytes(range(16)), memory_kib=8, time=1, lanes=1)
    made = key_slots._made(WORKSPACE, Kind.USER, "u1", cost, ann, KEY)
    user = key_slots.with_next(WORKSPACE, made, KEY, bytearray(32))
    recovery = key_slots.random_slot(WORKSPACE, Kind.RECOVERY, "recovery", SECRET, KEY)
    keyring = key_slots.random_slot(WORKSPACE, Kind.KEYRING, "u1", bytes(32), KEY)
    return KeyRing(WORKSPACE, [user, recovery, keyring]), [(user, ann), (recovery, SECRET), (keyring, bytes(32))]


RING, SECRETS = ring_of_all_kinds()
CONTENT = key_file.encode(RING)


def test_every_flipped_bit_is_told_as_damage() -> None:
    """All of them; only those that make the version a later one are told as a later version."""
    version = CONTENT.index(b'"version": 2') + len(b'"version": ')
    for bit in range(len(CONTENT) * 8):
        harmed = bytearray(CONTENT)
        harmed[bit // 8] ^= 1 << bit % 8
        try:
            key_file.decode(bytes(harmed))
        except key_file.NewerKeyFile:
            assert bit // 8 == version
        except ValueError:
            continue
        else:
            pytest.fail(f"bit {bit} was not noticed")


def altered(slot: Slot, path: str, harm: Any) -> Slot:
    """The slot with harm done to one value of it, named by path."""
    first, _, rest = path.partition(".")
    value = getattr(slot, first)
    changed = altered(value, rest, harm) if rest else harm(value)
    return msgspec.structs.replace(slot, **{first: changed})


@given(
    st.integers(0, 2),
    st.sampled_from(["kdf.salt", "public", "sealed.ephemeral", "sealed.nonce", "sealed.wrapped", "name_tag"]),
    st.integers(0, 47),
    st.integers(0, 7),
)
@settings(max_examples=300, deadline=None)
def test_a_flipped_bit_with_a_fitting_checksum_opens_nothing(number: int, path: str, byte: int, bit: int) -> None:
    slot, secret = SECRETS[number]

    def harm(value: bytes) -> bytes:
        if not value:
            return b"\x01"
        bad = bytearray(value)
        bad[byte % len(bad)] ^= 1 << bit
        return bytes(bad)

    harmed = altered(slot, path, harm)
    assert key_slots.opened(WORKSPACE, harmed, secret) is None


@pytest.mark.parametrize(
    "change",
    [
        {"user": "u2"},
        {"kind": Kind.RECOVERY},
        {"id": "another"},
        {"name_tag": b"ab"},
        {"administrator": True},
        {"kdf": Argon2id(bytes(range(16)), memory_kib=16, time=1, lanes=1)},
        {"kdf": RandomSecret(bytes(range(16)))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_slot_given_to_somebody_else_opens_nothing(change: dict[str, Any]) -> None:
    slot, secret = SECRETS[0]
    assert key_slots.opened(WORKSPACE, slot, secret) is not None
    assert key_slots.opened(WORKSPACE, msgspec.structs.replace(slot, **change), secret) is None
    assert key_slots.opened("another workspace", slot, secret) is None


@given(st.binary(max_size=64))
@settings(max_examples=200, deadline=None)
def test_no_other_secret_opens_a_slot(secret: bytes) -> None:
    for slot, own in SECRETS:
        assert key_slots.opened(WORKSPACE, slot, secret) is None or secret == own


@given(
    names=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4),
    passphrase=st.text(min_size=1, max_size=40),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_sealed_is_opened_again_whatever_the_words(names: list[str], passphrase: str) -> None:
    secret = passphrase_bytes(passphrase)
    for number, name in enumerate(names):
        slot = key_slots.random_slot(WORKSPACE, Kind.USER, str(number), secret, KEY)
        slot = key_slots.described(WORKSPACE, slot, Person(slot.user, name), KEY)
        found = key_slots.opened(WORKSPACE, slot, secret)
        assert found is not None
        assert found.keys == [KEY]
        assert found.knows(KEY)
        assert not found.knows(bytearray(32))
        assert len(slot.name_tag) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00" * 600,
        b"[]",
        b"{}",
        b'{"format":"chartside-keys","version":2}',
        "é".encode("latin-1"),
        b'{"format":"chartside-keys","version":2,"x":' + b"[" * 200_000,
        b'{"format":"chartside-keys","version":1e400}',
    ],
)
def test_a_damaged_file_is_told_as_damaged_and_kept(made: Made, content: bytes) -> None:
    made.files.file.write_bytes(content)
    made.files.copy.unlink()
    with pytest.raises(VaultDamaged, match="missing or damaged") as damaged:
        made.files.read()
    assert "backup" in damaged.value.advice
    assert made.files.file.read_bytes() == content


def test_a_file_laid_out_otherwise_is_not_ours(made: Made) -> None:
    compact = json.dumps(json.loads(made.files.file.read_bytes())).encode()
    with pytest.raises(ValueError, match="checksum"):
        key_file.decode(compact)


def test_a_later_version_is_refused_and_kept(made: Made) -> None:
    later = made.files.file.read_bytes().replace(b'"version": 2', b'"version": 3')
    made.files.file.write_bytes(later)
    with pytest.raises(NewerSchema, match="newer version"):
        made.files.read()
    assert made.files.file.read_bytes() == later


def test_the_other_generations_stand_in_and_heal(made: Made) -> None:
    slot = made.keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key)
    made.keys.put(slot)
    newest = made.files.file.read_bytes()
    for lost in ((made.files.file,), (made.files.file, made.files.copy)):
        for file in lost:
            file.unlink()
        assert made.opened_by(FIRST)
        made.files.heal(made.keys._ring)
        assert made.files.file.read_bytes() == made.files.copy.read_bytes() == newest
    made.files.file.write_bytes(b"harmed")
    assert made.opened_by(SECOND)
    made.files.heal(made.keys._ring)
    assert made.files.file.read_bytes() == newest
    assert made.files.file.with_name("workspace.keys.damaged").read_bytes() == b"harmed"


def test_the_generation_before_is_kept_where_it_lets_in_nobody_else(made: Made) -> None:
    first = made.files.file.read_bytes()
    made.keys.put(made.keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    assert made.files.previous.read_bytes() == first
    second = made.files.file.read_bytes()
    made.keys.put(made.keys.new_recovery_slot(SECRET, made.key))
    assert made.files.previous.read_bytes() == second
    made.keys.remove_user("u2")
    assert made.files.previous.read_bytes() == made.files.file.read_bytes()


def test_a_removal_cut_off_between_its_writes_is_completed(made: Made) -> None:
    made.keys.put(made.keys.new_user_slot(Person("u2", "Ben"), SECOND, made.key))
    made.keys.put(made.keys.new_recovery_slot(SECRET, made.key))
    copy, previous = made.files.copy.read_bytes(), made.files.previous.read_bytes()
    made.keys.remove_user("u2")
    made.files.copy.write_bytes(copy)
    made.files.previous.write_bytes(previous)
    Keys.load(made.files.file, made.files.copy).heal()
    newest = made.files.file.read_bytes()
    assert made.files.copy.read_bytes() == made.files.previous.read_bytes() == newest


def test_version_1_is_read_and_becomes_version_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fixtures.vault.make_schema import PASSPHRASE

    monkeypatch.setattr(key_slots, "default_cost", cheap)
    file, copy = tmp_path / "workspace.keys", tmp_path / "backups" / "workspace.keys"
    shutil.copyfile(FIXTURES / "schema_0001.keys", file)
    keys = Keys.load(file, copy)
    legacy = keys.legacy
    assert isinstance(legacy, LegacyRing)
    assert keys.slots == []
    (slot,) = legacy.passphrase_slots()
    assert legacy.opened(slot, slot.kdf.derive(b"another passphrase")) is None
    key = legacy.opened(slot, slot.kdf.derive(passphrase_bytes(PASSPHRASE)))
    assert key is not None
    keys.upgrade("u1", "Administrator", PASSPHRASE, key)
    again = Keys.load(file, copy)
    assert again.legacy is None
    assert again.workspace == legacy.workspace
    found = again.open_with(again.candidates("administrator"), passphrase_bytes(PASSPHRASE))
    assert found is not None
    assert found.keys == [key]


def test_every_changed_byte_of_version_1_is_noticed_and_none_opens() -> None:
    """Layout between its values never mattered to that version."""
    good = (FIXTURES / "schema_0001.keys").read_bytes()
    for position in range(len(good)):
        bad = bytearray(good)
        bad[position] ^= 1
        try:
            ring = key_file.decode(bytes(bad))
        except ValueError:
            continue
        assert ring == key_file.decode(good)


def test_the_checksum_is_over_all_but_itself() -> None:
    whole = json.loads(CONTENT)
    checksum = whole.pop("checksum")
    blank = msgspec.json.encode(msgspec.structs.replace(RING, checksum=""), order="deterministic")
    assert hashlib.sha256(blank).hexdigest() == checksum
