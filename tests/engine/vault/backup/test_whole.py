"""Small runs of tests/benchmarks/backup_restore.py and bit_flips.py."""

from __future__ import annotations

from pathlib import Path

from engine.cancellation import CancelToken
from engine.paths import Paths
from engine.vault import driver
from engine.vault.backup import restoring, verifying
from tests.benchmarks.backup_restore import Work, differences, observed, rows
from tests.benchmarks.bit_flips import flip_each, found, make
from tests.engine.vault.backup.conftest import Place
from tests.engine.vault.conftest import KEY, add


def test_a_restored_backup_equals_the_original_row_by_row(place: Place, tmp_path: Path) -> None:
    add(place.database, "fever.pdf", ["Fever is 38.5 °C or more.", "Give paracetamol."])
    place.put("x" * 2_000_000)
    with Work(place.database):
        original, backup = observed(place.database, place.backups.make)
    clean = Paths(tmp_path / "clean", tmp_path / "models")
    restoring.restore(Path(backup.file), clean, place.unlock, verifying.ignore, CancelToken())
    with driver.open_copy(clean.vault_file, KEY) as connection:
        restored = rows(connection)
    assert differences(original, restored) == []
    assert len(restored["audit"]) == len(original["audit"]) + 1
    assert sum(len(each) for each in original.values()) > 20
    restored["chunks"] = restored["chunks"][1:]
    assert differences(original, restored) == ["chunks"]


def test_one_flipped_bit_in_any_page_is_found(tmp_path: Path) -> None:
    file = make(tmp_path, megabytes=0)
    pages, missed = flip_each(file, seed=3)
    assert pages > 30
    assert missed == []
    assert not found(file)
