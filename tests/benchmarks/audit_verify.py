"""How long a long record takes to be verified, in the workspace and as an exported file.

Run: python -m tests.benchmarks.audit_verify [--entries 1000000]
Goal: 1,000,000 entries in 30 s or less.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.exports import Exports, Protection
from engine.people.permissions import Gate, actor_of
from engine.types import AuditKind, Role
from engine.vault.audit import chain, record_file
from engine.vault.audit.journal import Journal
from engine.vault.audit.service import Audit
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys

_KEY = bytes(range(32))
_BATCH = 50_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--entries", type=int, default=1_000_000)
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database.open(folder / "w.db", bytearray(_KEY), backups=folder / "b", create=True)
        keys, journal = SessionKeys(bytearray(_KEY)), Journal(lambda: "8c5d3f1e-5d2a-4f6e-9f0b-2f8f1f0f3a11")
        gate = Gate(actor_of("u1", "Ada", Role.ADMINISTRATOR))
        audit = Audit(database, keys, Exports(database, journal, gate), gate)
        database.transaction(lambda c: chain.begin(c, keys.audit))

        def write(connection: Any, first: int, last: int) -> None:
            for number in range(first, last):
                journal.append(connection, AuditKind.ANSWER, f"turn:{number}", documents=[1, 7, number], state="done")

        begun = time.perf_counter()
        for first in range(0, count, _BATCH):
            database.transaction(lambda c, f=first: write(c, f, min(f + _BATCH, count)))  # type: ignore[misc]
        _say("written", count, begun)
        begun = time.perf_counter()
        verdict = audit.verify()
        _say("verified in the workspace", verdict.entries, begun)
        in_time = time.perf_counter() - begun <= 30 * count / 1_000_000
        begun = time.perf_counter()
        audit.export(folder / "audit.jsonl", protection=Protection(reason="measurement"))
        _say("exported", count, begun)
        begun = time.perf_counter()
        exported = record_file.verify(folder / "audit.jsonl")
        _say("verified as a file", exported.entries, begun)
        begun = time.perf_counter()
        audit.entries()
        print(f"the newest 200 entries listed in {1000 * (time.perf_counter() - begun):.0f} ms")
        print(f"database {(folder / 'w.db').stat().st_size / 1e6:.0f} MB")
        database.close()
    good = not verdict.problem and not exported.problem and verdict.entries == exported.entries == count
    return 0 if good and in_time else 1


def _say(what: str, count: int, begun: float) -> None:
    seconds = time.perf_counter() - begun
    print(f"{what}: {count} entries in {seconds:.1f} s ({1e6 * seconds / max(count, 1):.1f} µs each)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
