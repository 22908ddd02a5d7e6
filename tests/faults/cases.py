"""The process in which cases run: python -m tests.faults.cases LIBRARY, started with the library preloaded.

Reads one case a line (JSON) and answers with one line. Each case runs in a fork of this process, which has everything
loaded and nothing open, so that a case takes a tenth of a second and its end, whatever it is, harms no other.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import UserError
from engine.types import AuditKind
from engine.vault.audit import chain, verifying
from engine.vault.audit.journal import Journal
from engine.vault.database import Database
from engine.vault.session_keys import SessionKeys
from tests.faults.disk import Disk
from tests.faults.load import Expected, Load, read_lines

KEY = bytes(range(32))
USER = "00000000-0000-4000-8000-000000000001"


def main() -> None:
    import sqlcipher3  # noqa: F401 - loaded once, before any fork

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
    """Make a workspace database with its record begun."""
    folder = Path(case["folder"])
    database = _open(folder, create=True)
    keys = SessionKeys(bytearray(KEY))

    def begin(connection: Any) -> None:
        chain.begin(connection, keys.audit)
        Journal().append(connection, AuditKind.BEGUN, by=USER)

    database.transaction(begin)
    database.close()
    return {}


def work(library: Path, case: dict[str, Any]) -> dict[str, Any]:
    """Open the workspace and act on it until the acts are done, the disk fails, or the process is killed.

    at, errno, stay: which write point fails, and how. record: file for what the disk was told. leave: end without
    closing, as a crash does. log: file for announcements and acknowledgements. unsafe: do not wait for the disk, for a
    case that must go wrong.
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
            load = Load(database, USER, random.Random(case["seed"]), say)
            for _ in range(case["acts"]):
                try:
                    load.act()
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
    database = _open(Path(case["folder"]))
    try:
        problems = Expected(lines[: case.get("lines")]).missing(database)
        verdict = verifying.verify(database, SessionKeys(bytearray(KEY)).audit)
        if verdict.problem:
            problems.append(f"entry {verdict.first_bad} of the record: {verdict.problem}")
        return {"problems": problems, "entries": verdict.entries}
    finally:
        database.close()


CASES: dict[str, Callable[[Path, dict[str, Any]], dict[str, Any]]] = {"create": create, "work": work, "check": check}


def _open(folder: Path, *, create: bool = False) -> Database:
    folder.mkdir(parents=True, exist_ok=True)
    return Database.open(folder / "workspace.db", bytearray(KEY), backups=folder / "backups", create=create)


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
