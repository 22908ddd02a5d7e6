"""The log carries events, ids and places, and rotates."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import log as log_module
from engine.log import Log

OWN = logging.getLogger("engine.test")
LIBRARY = logging.getLogger("some.library")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    log = Log.start(tmp_path / "logs")
    yield tmp_path / "logs"
    log.close()


def lines(folder: Path) -> list[str]:
    return (folder / "chartside.log").read_text(encoding="utf-8").splitlines()


def test_an_event_with_its_fields_is_one_line(folder: Path) -> None:
    OWN.info("document_ready", extra={"fields": {"id": 3, "ms": 12.3456, "ok": True, "kind": "pdf", "why": None}})
    (line,) = lines(folder)
    assert line.endswith("INFO engine.test document_ready id=3 ms=12.3 ok=True kind=pdf why=None")
    assert line[10] == "T"
    assert line.split()[0].endswith("Z")


def test_text_in_a_field_or_message_is_left_out(folder: Path) -> None:
    OWN.info("event", extra={"fields": {"name": "Smith has fever", "error": ValueError("Smith")}})
    OWN.warning("Smith has fever")
    LIBRARY.warning("parsed %s from %r", "Smith", {"name": "Smith"})
    LIBRARY.warning(ValueError("Smith"))
    text = "\n".join(lines(folder))
    assert "Smith" not in text
    assert "name=<15 characters> error=ValueError" in text
    assert "parsed %s from %r" in text


def test_a_traceback_is_redacted(folder: Path) -> None:
    try:
        raise ValueError("Smith has fever")
    except ValueError:
        OWN.exception("import_failed", extra={"fields": {"id": 7}})
    written = lines(folder)
    assert written[0].endswith("ERROR engine.test import_failed id=7")
    assert "test_log.py" in written[1]
    assert written[-1] == "ValueError"
    assert "Smith" not in "\n".join(written)


def test_details_below_the_level_are_not_written(folder: Path) -> None:
    OWN.debug("chatter")
    assert lines(folder) == []


def test_it_rotates_and_keeps_a_bounded_number_of_private_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "_BYTES", 500)
    log = Log.start(tmp_path)
    for number in range(200):
        OWN.info("event", extra={"fields": {"number": number}})
    log.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 6
    assert all(file.stat().st_size <= 600 for file in files)
    assert "number=199" in (tmp_path / "chartside.log").read_text()
    assert (tmp_path / "chartside.log.5").stat().st_mode & 0o077 == 0


def test_after_close_nothing_is_written_and_the_level_is_as_before(tmp_path: Path) -> None:
    before = logging.getLogger().level
    log = Log.start(tmp_path, logging.DEBUG)
    assert logging.getLogger().level == logging.DEBUG
    log.close()
    log.close()
    OWN.error("too_late")
    assert (tmp_path / "chartside.log").read_text() == ""
    assert logging.getLogger().level == before
