"""The process in which cases run: python -m tests.faults.cases LIBRARY, started with the library preloaded.

Reads one case a line (JSON) and answers with one line. Each case runs in a fork of this process, which has everything
loaded and nothing open, so that a case takes a tenth of a second and its end, whatever it is, harms no other.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.cancellation import CancelToken
from engine.errors import UserError
from engine.paths import Paths
from engine.types import AuditKind
from engine.vault.audit import chain, verifying
from engine.vault.audit.journal import Journal
from engine.vault.backup import archive, making
from engine.vault.backup import verifying as backup_checks
from engine.vault.backup.scratch import scratch
from engine.vault.database import Database
from engine.vault.keys import Keys
from engine.vault.session_keys import SessionKeys
from tests.faults.disk import Disk
from tests.faults.load import Expected, Load, read_lines

PASSPHRASE = "correct horse battery staple"  # pragma: allowlist secret
KEPT = 3
USER = "00000000-0000-4000-8000-000000000001"


def main() -> None:
    import sqlcipher3  # noqa: F401 - loaded once, before any fork

    logging.disable()  # hundreds of failures are made on purpose; what is told counts
    library = Path(sys.argv[1])
    for line in sys.stdin:
        case = json.loads(line)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _answer(writer, library, case)
            os._exit(0)
        os.close(writer)
        if "kill_after_s" in case:
            time.sleep(case["kill_after_s"])
            os.kill(child, signal.SIGKILL)
        with os.fdopen(reader, encoding="utf-8") as pipe:
            answer = pipe.read()
        os.waitpid(child, 0)
        print(answer or json.dumps({"killed": True}), flush=True)


def create(_library: Path, case: dict[str, Any]) -> dict[str, Any]:
    """Make a workspace with its record begun. Its data key stands beside the folder: opening by it is quick."""
    folder = Path(case["folder"])
    paths = _paths(folder)
    paths.prepare()
    key_file, key = Keys.create(paths.keys_file, paths.backup_dir / paths.keys_file.name, PASSPHRASE, "Load")
    key_file.save()
    _key_beside(folder).write_bytes(key)
    database, keys = _open(folder, create=True), _keys(folder)

    def begin(connection: Any) -> None:
        chain.begin(connection, keys.audit)
        Journal().append(connection, AuditKind.BEGUN, by=USER)

    database.transaction(begin)
    database.close()
    return {}


def work(library: Path, case: dict[str, Any]) -> dict[str, Any]:
    """Open the workspace and act on it until the acts are done, the disk fails, or the process is killed.

    backups: so many follow the acts. at, errno, stay: which write point fails, and how. record: file for what the disk
    was told. leave: end without closing, as a crash does. log: file for announcements and acknowledgements. unsafe: do
    not wait for the disk, for a case that must go wrong.
    """
    folder, disk = Path(case["folder"]), Disk(library, Path(case["folder"]))
    count = 0
    with Path(case["log"]).open("a", encoding="utf-8") as log:

        def say(line: dict[str, Any]) -> None:
            nonlocal count
            log.write(json.dumps(line) + "\n")
            log.flush()
            count += 1
            disk.mark(count)

        told: list[str] = []
        if case.get("record"):
            disk.record(Path(case["record"]))
        disk.fail(case.get("at", 0), case.get("errno", 0), stay=case.get("stay", False))
        try:
            database = _open(folder)
            if case.get("unsafe"):
                database._run(lambda: database._connection.execute("PRAGMA synchronous = OFF")).result()
            load = Load(database, USER, random.Random(case["seed"]), say, lambda: _back_up(folder, database))
            for act in [load.act] * case["acts"] + [load.make_backup] * case.get("backups", 0):
                try:
                    act()
                except UserError as error:
                    told.append(str(error))
            points = disk.points
            if not case.get("leave"):
                database.close()
        except UserError as error:
            told.append(str(error))
            points = disk.points
    return {"told": told, "points": points}


def check(_library: Path, case: dict[str, Any]) -> dict[str, Any]:
    """Open the workspace and hold it against the log; lines: only so many of them were written."""
    lines = read_lines(Path(case["log"]).read_text(encoding="utf-8")) if Path(case["log"]).exists() else []
    folder = Path(case["folder"])
    database, keys = _open(folder), _keys(folder)
    try:
        expected = Expected(lines[: case.get("lines")])
        problems = expected.missing(database)
        # Rotation has removed the older ones.
        problems += [text for name in expected.backups[-1:] if (text := _unsound(folder, name, keys))]
        verdict = verifying.verify(database, keys.audit)
        if verdict.problem:
            problems.append(f"entry {verdict.first_bad} of the record: {verdict.problem}")
        return {"problems": problems, "entries": verdict.entries}
    finally:
        database.close()


CASES: dict[str, Callable[[Path, dict[str, Any]], dict[str, Any]]] = {"create": create, "work": work, "check": check}


def _paths(folder: Path) -> Paths:
    return Paths(folder, folder.parent / "models")


def _key_beside(folder: Path) -> Path:
    """Outside of what is watched, and the same for every copy of a workspace."""
    return folder.parent / "data.key"


def _keys(folder: Path) -> SessionKeys:
    return SessionKeys(bytearray(_key_beside(folder).read_bytes()))


def _open(folder: Path, *, create: bool = False) -> Database:
    paths = _paths(folder)
    return Database.open(paths.vault_file, _keys(folder).data, backups=paths.backup_dir, create=create)


def _back_up(folder: Path, database: Database) -> str:
    """Make a backup, remove the oldest; returns its name."""
    paths = _paths(folder)
    info = making.Maker(database, paths, _keys(folder)).make(paths.backup_dir, backup_checks.ignore, CancelToken())
    making.rotate(paths.backup_dir, database.read(chain.workspace_id), KEPT, Path(info.file))
    return Path(info.file).name


def _unsound(folder: Path, name: str, keys: SessionKeys) -> str:
    """What is wrong with an acknowledged backup."""
    try:
        with archive.opened(folder / "backups" / name) as backup, scratch(folder) as work:
            backup_checks.check(backup, work, keys, backup_checks.ignore, CancelToken())
    except (UserError, OSError) as error:
        return f"backup {name}: {error}"
    return ""


def _answer(writer: int, library: Path, case: dict[str, Any]) -> None:
    try:
        answer = CASES[case["case"]](library, case)
    except UserError as error:
        answer = {"refused": str(error), "details": error.details}
    except BaseException as error:
        answer = {"defect": f"{type(error).__name__}: {error}"}
    os.write(writer, json.dumps(answer).encode())


if __name__ == "__main__":
    main()
