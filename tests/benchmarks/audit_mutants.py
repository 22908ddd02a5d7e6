"""What is done to an audit record without its keys: all of it must be found against a head that was exported before.

Run: python -m tests.benchmarks.audit_mutants [--mutants 10000] [--seed 1]
Half of the mutants are made in the database, by somebody who has its key and a database tool, half in an exported file.
Kinds: edit, delete, reorder, cut, chained anew without the keys, and gone on from an older copy of the database. Goal:
every one is found; for edits, deletions and swaps the first changed entry is the one that is named.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import secrets
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.exports import Exports, Protection
from engine.people.permissions import Gate, actor_of
from engine.types import AuditHead, AuditKind, AuditVerdict, Role
from engine.vault.audit import chain, hashing, record_file, signing, verifying
from engine.vault.audit.chain import End
from engine.vault.audit.hashing import Written
from engine.vault.audit.journal import Journal
from engine.vault.audit.service import Audit
from engine.vault.audit.signing import SignedHead, SigningKey
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys

ENTRIES = 120
KEY = bytes(range(32))
_COLUMNS = "seq, at, user_id, kind, subject, details, salt, digest, mac"

# A mutant: its kind, and the entry that has to be named; None where several answers are right.
Made = tuple[str, int | None]


class Undo(Exception):
    """Ends a transaction without a trace, with what was found in it."""

    def __init__(self, verdict: AuditVerdict) -> None:
        super().__init__()
        self.verdict = verdict


class Bench:
    """One record, its head, and an export of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.database = Database.open(folder / "w.db", bytearray(KEY), backups=folder / "b", create=True)
        self.keys = SessionKeys(bytearray(KEY))
        self.journal = Journal(lambda: "u1")
        self.database.transaction(lambda c: chain.begin(c, self.keys.audit))
        self.database.transaction(lambda c: self._write(c, ENTRIES // 3))
        self.older = self.database.read(chain.end)
        self.database.transaction(lambda c: self._write(c, ENTRIES - ENTRIES // 3))
        gate = Gate(actor_of("u1", "Ada", Role.ADMINISTRATOR))
        audit = Audit(self.database, self.keys, Exports(self.database, self.journal, gate), gate)
        audit.save_head(folder / "head.json")
        self.head = signing.read_head(folder / "head.json")
        audit.export(folder / "audit.jsonl", protection=Protection(reason="measurement"))
        self.lines = (folder / "audit.jsonl").read_bytes().splitlines(keepends=True)
        self._unlock_rows()

    def _unlock_rows(self) -> None:
        for trigger in ("audit_keeps", "audit_stays"):
            self.database.transaction(lambda c, t=trigger: c.execute(f"DROP TRIGGER {t}"))
        # The export recorded itself; the head was made before.
        self.last = self.head.head.seq

    def _write(self, connection: Any, count: int) -> None:
        for number in range(count):
            self.journal.append(connection, AuditKind.QUESTION, f"turn:{number}", documents=[number, 7])

    def entry(self, first: int = 1) -> int:
        return self.random.randint(first, self.last)

    # in the database

    def in_database(self, mutate: Callable[[Any], Made]) -> tuple[Made, AuditVerdict]:
        made: list[Made] = []

        def attempt(connection: Any) -> None:
            made.append(mutate(connection))
            raise Undo(verifying.verify_copy(connection, self.keys.audit, self.head.head))

        try:
            self.database.transaction(attempt)
        except Undo as undone:
            return made[0], undone.verdict
        raise AssertionError

    def edit(self, connection: Any) -> Made:
        seq = self.entry()
        column, value = self.random.choice(
            [
                ("at", "2020-01-01T00:00:00Z"),
                ("user_id", "u2"),
                ("kind", "lock"),
                ("subject", "turn:9999"),
                ("details", '{"documents":[]}'),
                ("salt", secrets.token_bytes(16)),
                ("digest", secrets.token_bytes(32)),
                ("mac", secrets.token_bytes(32)),
            ]
        )
        connection.execute(f"UPDATE audit SET {column} = ? WHERE seq = ?", (value, seq))
        return "edit", seq

    def delete(self, connection: Any) -> Made:
        seq = self.entry()
        count = self.random.randint(1, 5)
        connection.execute("DELETE FROM audit WHERE seq BETWEEN ? AND ?", (seq, seq + count - 1))
        return "delete", seq

    def reorder(self, connection: Any) -> Made:
        one, other = sorted(self.random.sample(range(1, self.last + 1), 2))
        for before, after in ((one, -1), (other, one), (-1, other)):
            connection.execute("UPDATE audit SET seq = ? WHERE seq = ?", (after, before))
        return "reorder", one

    def cut(self, connection: Any) -> Made:
        """The end taken away, and the end of the chain set to what is left: as well as it goes without the key."""
        seq = self.entry(2)
        connection.execute("DELETE FROM audit WHERE seq >= ?", (seq,))
        if self.random.random() < 0.7:
            last = connection.execute("SELECT digest FROM audit WHERE seq = ?", (seq - 1,)).fetchone()[0]
            chain.advance(connection, seq - 1, last, secrets.token_bytes(32))
        return "cut", seq

    def rechain(self, connection: Any) -> Made:
        """An entry changed, and everything behind it hashed anew, with a key of one's own."""
        seq = self.entry()
        rows = connection.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY seq").fetchall()
        digest = rows[seq - 2][7] if seq > 1 else hashing.first_digest(chain.workspace_id(connection))
        key = secrets.token_bytes(32)
        for row in rows[seq - 1 :]:
            entry = Written(*row[:7])
            if entry.seq == seq:
                entry = Written(entry.seq, entry.at, "u2", *row[3:7])
            digest = hashing.digest_after(digest, hashing.leaf(entry))
            values = (entry.user_id, digest, hashing.mac_of(key, digest), entry.seq)
            connection.execute("UPDATE audit SET user_id = ?, digest = ?, mac = ? WHERE seq = ?", values)
            key = hashing.next_key(key)
        chain.advance(connection, rows[-1][0], digest, key)
        if self.random.random() < 0.5:  # and the roots exchanged for one's own
            connection.execute("UPDATE audit_epochs SET nonce = ?, wrapped = ?", (secrets.token_bytes(12), bytes(48)))
            return "chained anew", 1
        return "chained anew", seq

    def fork(self, connection: Any) -> Made:
        """Gone on from an older copy: the chain is right by itself, only a head shows it."""
        older: End = self.older
        connection.execute("DELETE FROM audit WHERE seq > ?", (older.seq,))
        chain.advance(connection, older.seq, older.digest, older.key)
        self._write(connection, self.random.randint(0, 2 * ENTRIES))
        return "gone on from an older copy", None

    # in an exported file

    def in_file(self, mutate: Callable[[list[bytes]], tuple[list[bytes], Made]]) -> tuple[Made, AuditVerdict]:
        lines, made = mutate(list(self.lines))
        file = self.folder / "mutant.jsonl"
        file.write_bytes(b"".join(lines))
        return made, record_file.verify(file, self.head)

    def edit_line(self, lines: list[bytes]) -> tuple[list[bytes], Made]:
        seq = self.entry()
        entry = msgspec.json.decode(lines[seq])
        name = self.random.choice(["at", "user", "kind", "subject", "details", "digest"])
        entry[name] = {"changed": True} if name == "details" else "00" + str(entry[name])[2:] + "0"
        lines[seq] = msgspec.json.encode(entry) + b"\n"
        return lines, ("edit", seq)

    def delete_line(self, lines: list[bytes]) -> tuple[list[bytes], Made]:
        seq = self.entry()
        del lines[seq]
        return lines, ("delete", seq)

    def reorder_lines(self, lines: list[bytes]) -> tuple[list[bytes], Made]:
        one, other = sorted(self.random.sample(range(1, self.last + 1), 2))
        lines[one], lines[other] = lines[other], lines[one]
        return lines, ("reorder", one)

    def cut_lines(self, lines: list[bytes]) -> tuple[list[bytes], Made]:
        seq = self.entry(2)
        kept = lines[:seq] + ([lines[-1]] if self.random.random() < 0.5 else [])
        return kept, ("cut", seq)

    def rechain_lines(self, lines: list[bytes]) -> tuple[list[bytes], Made]:
        """An entry changed, everything behind it hashed anew, and the file signed with a key of one's own."""
        seq, workspace = self.entry(), self.head.head.workspace
        entries = [msgspec.json.decode(line, type=record_file.Line) for line in lines[1:-1]]
        digest = bytes.fromhex(entries[seq - 2].digest) if seq > 1 else hashing.first_digest(workspace)
        for at in range(seq - 1, len(entries)):
            line = entries[at]
            user = "u2" if line.seq == seq else line.user
            written = Written(line.seq, line.at, user, line.kind, line.subject, bytes(line.details).decode(), line.salt)
            digest = hashing.digest_after(digest, hashing.leaf(written))
            lines[at + 1] = msgspec.json.encode(record_file.line_of(written, digest, shown=True)) + b"\n"
        lines[-1] = _signed_by_somebody(self.head.head, len(entries), digest, b"".join(lines[:-1]))
        return lines, ("chained anew", None)

    def run(self, count: int) -> dict[str, Counter[str]]:
        """Make so many mutants; per kind: made, found, and named where an entry is to be named."""
        database = [self.edit, self.delete, self.reorder, self.cut, self.rechain, self.fork]
        files = [self.edit_line, self.delete_line, self.reorder_lines, self.cut_lines, self.rechain_lines]
        totals: dict[str, Counter[str]] = {}
        for number in range(count):
            if number % 2:
                (kind, named), verdict = self.in_database(database[number // 2 % len(database)])
                kind = f"database: {kind}"
            else:
                (kind, named), verdict = self.in_file(files[number // 2 % len(files)])
                kind = f"file: {kind}"
            total = totals.setdefault(kind, Counter())
            total["made"] += 1
            total["found"] += bool(verdict.problem)
            if named is not None:
                total["to name"] += 1
                total["named"] += verdict.first_bad == named
        return totals


def _signed_by_somebody(head: AuditHead, seq: int, digest: bytes, content: bytes) -> bytes:
    key = Ed25519PrivateKey.generate()
    forged = msgspec.structs.replace(head, seq=seq, digest=digest.hex())
    keys = [SigningKey(key.public_key().public_bytes_raw().hex())]
    sha256 = hashlib.sha256(content).hexdigest()
    message = signing._HEAD + msgspec.json.encode([forged, keys, sha256])
    return signing.encode(SignedHead(forged, keys, sha256, key.sign(message).hex()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), args.seed)
        begun = time.perf_counter()
        totals = bench.run(args.mutants)
        bench.database.close()
    for kind, total in sorted(totals.items()):
        named = f", {total['named']} of {total['to name']} named" if total["to name"] else ""
        print(f"{kind:<38} {total['found']} of {total['made']} found{named}")
    made, found = (sum(total[name] for total in totals.values()) for name in ("made", "found"))
    print(f"{found} of {made} mutants found in {time.perf_counter() - begun:.0f} s (seed {args.seed})")
    return 0 if found == made else 1


if __name__ == "__main__":
    sys.exit(main())
