"""Who can open a workspace: the slots of its key file, and the changes to them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.errors import Defect
from engine.vault import key_slots, os_keyring
from engine.vault.kdf import Argon2id, passphrase_bytes
from engine.vault.key_file import KeyRing
from engine.vault.key_files import KeyFiles
from engine.vault.key_slots import RECOVERY, Kind, Opening, Person, Slot
from engine.vault.legacy_keys import LegacyRing
from engine.vault.passphrase import check_passphrase
from engine.vault.session_keys import KEY_BYTES, wipe


@dataclass(frozen=True, repr=False)
class Found:
    """The slot that a secret opened, and what is behind it. keys: the present one, then the next of a re-keying."""

    slot: Slot
    opening: Opening

    @property
    def keys(self) -> list[bytearray]:
        return self.opening.keys

    def wipe(self) -> None:
        for key in self.keys:
            wipe(key)


class Keys:
    """The key file of one workspace. Every change is on disk when its method returns; one that fails changes nothing.

    Not thread-safe. Methods that change something raise NotEnoughSpace, OSError.
    """

    def __init__(self, files: KeyFiles, ring: KeyRing | LegacyRing) -> None:
        """Use create or load."""
        self._files = files
        self._read = ring
        self.workspace = ring.workspace

    @classmethod
    def create(cls, file: Path, copy: Path, passphrase: str, name: str) -> tuple[Keys, bytearray]:
        """Make a random data key and seal it for a first administrator; returns both, not saved yet.

        Raises WeakPassphrase.
        """
        check_passphrase(passphrase)
        key = bytearray(secrets.token_bytes(KEY_BYTES))
        workspace = str(uuid.uuid4())
        first = Person(new_user_id(), name, administrator=True)
        slot = key_slots.user_slot(workspace, first, passphrase_bytes(passphrase), key)
        return cls(KeyFiles(file, copy), KeyRing(workspace, [slot])), key

    @classmethod
    def load(cls, file: Path, copy: Path) -> Keys:
        """Raises VaultDamaged when no generation can be used, NewerSchema for a file of a later version."""
        files = KeyFiles(file, copy)
        return cls(files, files.read())

    def save(self) -> None:
        self._files.write(self._ring)

    def heal(self) -> None:
        """See KeyFiles.heal."""
        self._files.heal(self._ring)

    # who there is

    @property
    def legacy(self) -> LegacyRing | None:
        """Version 1, where it is still that: to be given to upgrade() with the passphrase that opened it."""
        return self._read if isinstance(self._read, LegacyRing) else None

    @property
    def slots(self) -> list[Slot]:
        return [] if isinstance(self._read, LegacyRing) else self._read.slots

    def of(self, kind: Kind) -> list[Slot]:
        return [slot for slot in self.slots if slot.kind is kind]

    def candidates(self, name: str) -> list[Slot]:
        """The slots that a typed name could mean; without a name everybody's."""
        tag = key_slots.name_tag(self.workspace, name)
        return [slot for slot in self.of(Kind.USER) if not name.strip() or slot.name_tag == tag]

    @property
    def keyring_user(self) -> str:
        """Who allowed the operating system's keyring to open the workspace; "" for nobody."""
        return next((slot.user for slot in self.of(Kind.KEYRING)), "")

    @property
    def rekeying(self) -> bool:
        """Whether a re-keying was begun and neither finished nor undone."""
        return any(slot.next is not None for slot in self.slots)

    # opening

    def open_with(self, slots: Sequence[Slot], secret: bytes) -> Found | None:
        """The first of slots that secret opens; takes one guess's time for each, and for none as long as for one."""
        if not slots:
            key_slots.spend_a_guess(secret)
        for slot in slots:
            found = key_slots.opened(self.workspace, slot, secret)
            if found is not None:
                return Found(slot, found)
        return None

    def open_with_keyring(self) -> Found | None:
        """None where the keyring is not allowed, not there, locked, or holds something else."""
        for slot in self.of(Kind.KEYRING):
            secret = os_keyring.fetch(self.workspace)
            if secret is not None:
                return self.open_with([slot], secret)
        return None

    # changing

    def new_user_slot(self, person: Person, passphrase: str, key: bytearray) -> Slot:
        """A slot to be given to put(); takes as long as a guess costs."""
        return key_slots.user_slot(self.workspace, person, passphrase_bytes(passphrase), key)

    def new_recovery_slot(self, secret: bytes, key: bytearray) -> Slot:
        return key_slots.random_slot(self.workspace, Kind.RECOVERY, RECOVERY, secret, key)

    def put(self, slot: Slot) -> None:
        """Let slot open the workspace in place of the same user's slot of the same kind."""
        others = [each for each in self.slots if (each.kind, each.user) != (slot.kind, slot.user)]
        self._change([*others, slot])

    def put_alone(self, slot: Slot) -> None:
        """As put(), and nothing else of this user's opens the workspace any more."""
        gone = slot.user == self.keyring_user
        self._change([*(each for each in self.slots if each.user != slot.user), slot])
        if gone:
            os_keyring.erase(self.workspace)

    def remove_user(self, user: str) -> None:
        """Nothing of this user's opens the workspace any more."""
        gone = user == self.keyring_user
        self._change([slot for slot in self.slots if slot.user != user])
        if gone:
            os_keyring.erase(self.workspace)

    def describe(self, person: Person, key: bytearray) -> None:
        """A person has another name or role: they sign in with the same passphrase."""
        self._change([self._described(slot, person, key) for slot in self.slots])

    def keep_only(self, users: frozenset[str]) -> None:
        """Drop the slots of everybody else (not the recovery key's): what a crash or an older database left over."""
        kept = [slot for slot in self.slots if slot.kind is Kind.RECOVERY or slot.user in users]
        if kept != self.slots:
            self._change(kept)

    def allow_keyring(self, user: str, key: bytearray) -> bool:
        """Let the operating system's keyring open the workspace as this user and nobody else; false without one."""
        secret = secrets.token_bytes(os_keyring.SECRET_BYTES)
        if not os_keyring.store(self.workspace, secret):
            return False
        slot = key_slots.random_slot(self.workspace, Kind.KEYRING, user, secret, key)
        self._change([each for each in self.slots if each.kind is not Kind.KEYRING] + [slot])
        return True

    def forbid_keyring(self) -> None:
        """Only passphrases and the recovery key open the workspace from now on."""
        if self.of(Kind.KEYRING):
            self._change([slot for slot in self.slots if slot.kind is not Kind.KEYRING])
            os_keyring.erase(self.workspace)

    def raise_cost(self, slot: Slot, name: str, passphrase: str, key: bytearray) -> None:
        """Make a user's slot anew where guesses cost less than the program's default by now."""
        if isinstance(slot.kdf, Argon2id) and slot.kdf.weaker_than(key_slots.default_cost()):
            person = Person(slot.user, name, slot.administrator)
            self.put(self.new_user_slot(person, passphrase, key))

    def pin(self, found: Found, key: bytearray) -> None:
        """Note that whoever opened a slot knows this data key now."""
        self._change(
            [key_slots.pinned(slot, found.opening, key) if slot.id == found.slot.id else slot for slot in self.slots]
        )

    def begin_rekeying(self, present: bytearray, coming: bytearray) -> None:
        """Seal a data key to come for everybody, beside the present one."""
        self._change([key_slots.with_next(self.workspace, slot, present, coming) for slot in self.slots])

    def finish_rekeying(self) -> None:
        """The data key to come is the only one."""
        self._change([key_slots.promoted(slot) for slot in self.slots])

    def undo_rekeying(self) -> None:
        """The present data key stays the only one."""
        self._change([msgspec.structs.replace(slot, next=None) for slot in self.slots])

    def upgrade(self, user: str, name: str, passphrase: str, key: bytearray) -> Slot:
        """Turn version 1 into version 2, with its one passphrase as this user's; the keyring goes on opening it."""
        legacy = self.legacy
        if legacy is None:
            raise Defect("the key file has its newest version")
        slots = [self.new_user_slot(Person(user, name, administrator=True), passphrase, key)]
        allowed = legacy.keyring_slot()
        secret = os_keyring.fetch(allowed.account) if allowed is not None else None
        if allowed is not None and secret is not None and (opened := legacy.opened(allowed, secret)) is not None:
            wipe(opened)
            slots.append(key_slots.random_slot(self.workspace, Kind.KEYRING, user, secret, key))
        ring = KeyRing(self.workspace, slots)
        self._files.write(ring)
        self._read = ring
        return slots[0]

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is changed inside is taken back where the inside fails: for changes that belong to a transaction."""
        before = self._read
        try:
            yield
        except BaseException:
            if isinstance(before, KeyRing) and self._read is not before:
                self._files.write(before)
                self._read = before
            raise

    @property
    def _ring(self) -> KeyRing:
        if isinstance(self._read, LegacyRing):
            raise Defect("a key file of version 1 is upgraded before anything else")
        return self._read

    def _described(self, slot: Slot, person: Person, key: bytearray) -> Slot:
        if slot.user != person.id or slot.kind is not Kind.USER:
            return slot
        return key_slots.described(self.workspace, slot, person, key)

    def _change(self, slots: list[Slot]) -> None:
        ring = msgspec.structs.replace(self._ring, slots=slots)
        self._files.write(ring)
        self._read = ring


def new_user_id() -> str:
    return str(uuid.uuid4())
