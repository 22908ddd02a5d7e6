"""From passphrase to answers, and wrong passphrases.

1. Unlocking, with the real cost of a guess: many sign-ins of five people, and the whole unlock by number of passages
   (to the first keyword answer, and to dense search ready). Dense search answers by comparing all vectors until
   Chroma's graph is complete; search_scale.py says when that is.
2. Wrong passphrases, names, recovery keys and harmed key files against a key file of five people: how many open it.
   Slots are made with the lowest cost that the format allows: what is tried here is whether anything opens, not how
   long it takes.

The vault is real; its vectors are random, because only their number matters here. Search itself: search_scale.py.
Run: python -m tests.benchmarks.unlock [--sign-ins N] [--wrong N] [passages ...]
"""

from __future__ import annotations

import argparse
import random
import statistics
import string
import tempfile
import time
from pathlib import Path

from engine.errors import UserError
from engine.paths import Paths
from engine.people import recovery_key
from engine.types import Role
from engine.vault import key_file, key_slots, opening
from engine.vault.kdf import Argon2id, new_salt, passphrase_bytes
from engine.vault.key_file import KeyRing
from engine.vault.key_slots import Kind, Person, Slot
from engine.vault.keys import Keys
from engine.workspace import Workspace
from tests.benchmarks.common import PASSPHRASE, fill_vault

NAMES = ("Administrator", "Dr Reyes", "Dr Okafor", "Nurse Lindqvist", "Reception")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sign-ins", type=int, default=40)
    parser.add_argument("--wrong", type=int, default=100_000)
    parser.add_argument("passages", type=int, nargs="*", default=[1_000, 20_000])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sign_ins(Paths(Path(folder) / "data", Paths.default().models), options.sign_ins)
    for size in options.passages:
        with tempfile.TemporaryDirectory() as folder:
            unlocked(Paths(Path(folder) / "data", Paths.default().models), size)
    with tempfile.TemporaryDirectory() as folder:
        wrong(Path(folder), options.wrong, random.Random(5))


def sign_ins(paths: Paths, count: int) -> None:
    """Time opening the vault: the guess, the database, the entry in the audit."""
    passphrases = {name: f"{PASSPHRASE} {number}" for number, name in enumerate(NAMES)}
    workspace = Workspace.create(paths, passphrases[NAMES[0]], name=NAMES[0])
    for name in NAMES[1:]:
        workspace.people.add(name, Role.CLINICIAN, passphrases[name])
    workspace.close()
    seconds = []
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        begun = time.perf_counter()
        opened = opening.unlock(paths, passphrases[name], name)
        seconds.append(time.perf_counter() - begun)
        opened.close()
    p95 = statistics.quantiles(seconds, n=20)[-1]
    print(f"{count} sign-ins of {len(NAMES)} people: median {statistics.median(seconds):.2f} s, p95 {p95:.2f} s")
    assert p95 <= 1.0, "an unlock takes longer than a second"


def unlocked(paths: Paths, size: int) -> None:
    fill_vault(paths, size, random.Random(1))
    begun = time.perf_counter()
    workspace = Workspace.unlock(paths, PASSPHRASE)
    try:
        done = time.perf_counter() - begun
        assert workspace.library.search("blood pressure target", k=5).hits
        keyword = time.perf_counter() - begun
        assert workspace.library.wait_until_searchable(600)
        dense = time.perf_counter() - begun
    finally:
        workspace.close()
    print(f"{size:8d} passages: unlocked {done:.2f} s, keyword answer {keyword:.2f} s, dense search {dense:.2f} s")


def wrong(folder: Path, count: int, chance: random.Random) -> None:
    """Count what opens a key file that should not."""
    key_slots.default_cost = lambda: Argon2id(new_salt(), memory_kib=8, time=1, lanes=1)
    passphrases = [f"{chance.choice(string.ascii_lowercase)}orrect horse {number}" for number in range(len(NAMES))]
    keys, key = Keys.create(folder / "k", folder / "c", passphrases[0], NAMES[0])
    keys.save()
    for name, passphrase in list(zip(NAMES, passphrases, strict=True))[1:]:
        keys.put(keys.new_user_slot(Person(name, name), passphrase, key))
    keys.put(keys.new_recovery_slot(recovery_key.secret_of(recovery_key.generate()), key))
    own = dict(zip(NAMES, map(passphrase_bytes, passphrases), strict=True))
    assert all(keys.open_with(keys.candidates(name), secret) for name, secret in own.items())

    tried = opens = 0
    for name, secret in own.items():
        (slot,) = keys.candidates(name)
        for guess in wrong_passphrases(secret.decode(), set(own.values()) - {secret}, count // len(NAMES), chance):
            tried += 1
            opens += keys.open_with([slot], guess) is not None
    print(f"{tried} wrong passphrases: {opens} opened the key file")
    typed = sum(keys.open_with(keys.of(Kind.RECOVERY), other_key()) is not None for _ in range(count))
    print(f"{count} other recovery keys: {typed} opened the key file")
    harmed, undamaged, let_in = harmed_files(KeyRing(keys.workspace, keys.slots), own[NAMES[0]])
    print(f"{harmed} key files with one flipped bit: {undamaged} taken for undamaged, {let_in} opened")
    assert opens == typed == let_in == undamaged == 0


def wrong_passphrases(right: str, others: set[bytes], count: int, chance: random.Random) -> list[bytes]:
    """Near misses (one character changed, left out, doubled, in capitals; spaces), others' own, and random ones."""
    near = {right[:at] + each + right[at + 1 :] for at in range(len(right)) for each in string.printable[:-5]}
    near |= {right[:at] + right[at + 1 :] for at in range(len(right))}
    near |= {right[:at] + right[at] + right[at:] for at in range(len(right))}
    near |= {right.upper(), right.title(), right + " ", " " + right, right + "\n", "", right * 2, right[::-1]}
    guesses = [passphrase_bytes(each) for each in sorted(near) if each != right] + sorted(others)
    while len(guesses) < count:
        guesses.append("".join(chance.choices(string.printable, k=chance.randint(1, 40))).encode())
    return [guess for guess in guesses[:count] if guess != passphrase_bytes(right)]


def other_key() -> bytes:
    return recovery_key.secret_of(recovery_key.generate())


def harmed_files(ring: KeyRing, secret: bytes) -> tuple[int, int, int]:
    """Every bit of the file flipped in turn: how many, how many read as undamaged, how many of those open."""
    content = key_file.encode(ring)
    undamaged = let_in = 0
    for bit in range(len(content) * 8):
        bad = bytearray(content)
        bad[bit // 8] ^= 1 << bit % 8
        try:
            read = key_file.decode(bytes(bad))
        except (ValueError, UserError):
            continue
        undamaged += 1
        slots: list[Slot] = read.slots if isinstance(read, KeyRing) else []
        let_in += any(key_slots.opened(read.workspace, slot, secret) for slot in slots)
    return len(content) * 8, undamaged, let_in


if __name__ == "__main__":
    main()
