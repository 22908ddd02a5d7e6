"""One bit flipped in each page of a database in turn: every one has to be found by the check.

Run: python -m tests.benchmarks.bit_flips [--megabytes 8]
The bit is another one on each page; which one is drawn. Goal: all found, none in the untouched file.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from engine.vault import driver
from engine.vault.database import Database
from engine.vault.driver import PAGE_BYTES
from engine.vault.failures import VaultDamaged
from engine.vault.repositories import meta
from tests.engine.vault.conftest import KEY, add


def make(folder: Path, megabytes: int) -> Path:
    """A closed database with documents, free pages, and filling up to a size."""
    database = Database.open(folder / "w.db", bytearray(KEY), backups=folder / "b", create=True)
    add(database, "fever.pdf", ["Fever is 38.5 °C or more."] * 20)
    for number in range(megabytes):
        database.transaction(lambda c, n=number: meta.put(c, f"filling {n}", "x" * 1_000_000))  # type: ignore[misc]
    database.transaction(lambda c: c.execute("DELETE FROM meta WHERE key = 'filling 0'"))
    database.close()
    return folder / "w.db"


def found(file: Path) -> bool:
    """Whether the check says that something is wrong."""
    try:
        with driver.open_copy(file, KEY) as connection:
            return bool(driver.problems(connection))
    except VaultDamaged:
        return True


def flip_each(file: Path, seed: int) -> tuple[int, list[int]]:
    """Flip a bit of each page in turn and back; returns the pages, and those where nothing was found."""
    chance, pages, missed = random.Random(seed), file.stat().st_size // PAGE_BYTES, []
    for page in range(pages):
        at, mask = page * PAGE_BYTES + chance.randrange(PAGE_BYTES), 1 << chance.randrange(8)
        with file.open("r+b") as opened:
            opened.seek(at)
            byte = opened.read(1)[0]
            opened.seek(at)
            opened.write(bytes([byte ^ mask]))
            opened.flush()
            if not found(file):
                missed.append(page + 1)
            opened.seek(at)
            opened.write(bytes([byte]))
    return pages, missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--megabytes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = make(Path(folder), args.megabytes)
        begun = time.perf_counter()
        pages, missed = flip_each(file, args.seed)
        seconds = time.perf_counter() - begun
        sound = not found(file)
    print(
        f"{pages - len(missed)} of {pages} flipped bits found in {seconds:.0f} s; the untouched file is sound: {sound}"
    )
    if missed:
        print(f"not found on pages {missed}")
    return 0 if sound and not missed else 1


if __name__ == "__main__":
    sys.exit(main())
