"""What counts as a vulnerability or a secret, and that neither can go unnoticed."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import scan

TODAY = datetime.date(2026, 11, 21)
NONE: frozenset[str] = frozenset()


def package(name: str, *advisories: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": list(advisories)}


def advisory(name: str, *aliases: str) -> dict[str, Any]:
    return {"id": name, "aliases": list(aliases), "fix_versions": ["1.1"], "description": "…"}


def test_a_vulnerable_package_is_named_with_the_version_that_mends_it() -> None:
    audit = scan.judge({"dependencies": [package("six", advisory("PYSEC-1")), package("attrs")]}, NONE)
    assert audit.vulnerable == ["six 1.0: PYSEC-1, mended in 1.1"]
    assert (audit.asked, audit.packages) == (2, 2)


def test_a_package_that_the_index_does_not_know_was_not_asked() -> None:
    audit = scan.judge({"dependencies": [{"name": "six", "skip_reason": "not found"}, package("attrs")]}, NONE)
    assert (audit.vulnerable, audit.asked, audit.packages) == ([], 1, 2)


@pytest.mark.parametrize("accepted", ["PYSEC-1", "CVE-2026-1"])
def test_an_accepted_advisory_is_passed_over_by_any_of_its_names(accepted: str) -> None:
    report = {"dependencies": [package("six", advisory("PYSEC-1", "CVE-2026-1"), advisory("PYSEC-2"))]}
    assert scan.judge(report, frozenset({accepted})).vulnerable == ["six 1.0: PYSEC-2, mended in 1.1"]


def test_what_was_accepted_counts_again_after_its_day() -> None:
    text = "".join(
        f'[[accepted]]\nid = "{name}"\nreason = "{reason}"\nuntil = {until}\n'
        for name, reason, until in (
            ("PYSEC-1", "not used", "2026-11-21"),
            ("PYSEC-2", "not used", "2026-11-20"),
            ("PYSEC-3", "", "2030-01-01"),
        )
    )
    assert scan.accepted_today(text, TODAY) == {"PYSEC-1"}


def test_the_list_of_accepted_advisories_can_be_read() -> None:
    scan.accepted_today(scan.ACCEPTED.read_text(encoding="utf-8"), TODAY)


def test_every_lock_file_is_asked_for() -> None:
    for lock in scan.LOCKS:
        assert "==" in (scan.ROOT / lock).read_text(encoding="utf-8")


def test_a_planted_secret_is_found_and_not_repeated(tmp_path: Path) -> None:
    begin = "-----BEGIN " + "EC PRIVATE KEY-----"
    (tmp_path / "key.pem").write_text(f"{begin}\nMHcCAQEE\n")
    (tmp_path / "settings.py").write_text('PASSWORD = "' + 'correct-horse-battery"\n')
    (tmp_path / "plain.py").write_text("NUMBER = 1\n")
    found = scan.found_secrets(["key.pem", "settings.py", "plain.py"], tmp_path)
    assert [line.partition(" ")[0] for line in found] == ["key.pem:1", "settings.py:1"]
    assert "correct-horse" not in "".join(found)


def test_an_allowed_line_and_a_lock_file_are_passed_over(tmp_path: Path) -> None:
    secret = 'PASSWORD = "' + 'correct-horse-battery"'
    (tmp_path / "allowed.py").write_text(f"{secret}  # pragma: allowlist secret\n")
    (tmp_path / "some.lock").write_text(f"{secret}\n")
    assert scan.found_secrets(["allowed.py", "some.lock"], tmp_path) == []
