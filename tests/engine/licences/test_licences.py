"""The list of parts and licences: complete, with texts, and true of the versions that are installed."""

from __future__ import annotations

import hashlib
import json
import re
from importlib.metadata import distribution
from pathlib import Path

import pytest

from engine import licences
from engine.licences import installed
from engine.licences.qt import qt_libraries, qt_notice

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def found() -> licences.Licences:
    return installed.collect(installed.installed_names())


def test_every_part_has_a_licence_and_its_text(found: licences.Licences) -> None:
    shipped = {"chartside", *_locked()}
    parts = [each for each in found.components if each.kind != "package" or installed.canonical(each.name) in shipped]
    assert len(parts) > 100
    assert [each.name for each in parts if not each.licence] == []
    without = {each.name for each in parts if not each.texts}
    assert without <= {"PDFium", "SQLite"}  # one stands at pypdfium2, the other is in the public domain
    assert all(key in found.texts for each in parts for key in each.texts)
    short = [each.name for each in parts if each.texts and max(len(found.texts[key]) for key in each.texts) < 200]
    assert short == []


def _locked() -> set[str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return {installed.canonical(line.split("==")[0]) for line in lines if re.match(r"[A-Za-z0-9_.-]+==", line)}


def test_what_packages_carry_was_checked_against_the_versions_that_are_installed() -> None:
    """A new version of one of these packages: look at what it carries now, and mend resources/licences/parts.json."""
    stale = {
        (part.name, part.of, part.of_version): distribution(part.of).version
        for part in installed.parts()
        if part.of and distribution(part.of).version.split("+")[0] != part.of_version
    }
    assert stale == {}


def test_versions_of_native_parts_are_what_they_say_themselves() -> None:
    import pypdfium2_raw
    import sqlcipher3
    from cryptography.hazmat.backends.openssl import backend
    from PySide6.QtCore import qVersion

    said = {part.name: part.version for part in installed.parts()}
    connection = sqlcipher3.connect(":memory:")
    connection.execute("PRAGMA key = 'x'")

    def pragma(name: str) -> str:
        return str(connection.execute(f"PRAGMA {name}").fetchone()[0])

    pdfium = json.loads(Path(pypdfium2_raw.__file__).with_name("version.json").read_text())
    assert said["Qt"] == qVersion()
    assert said["SQLCipher"] == pragma("cipher_version").split()[0]
    assert said["OpenSSL (in SQLCipher)"] == pragma("cipher_provider_version").split()[1]
    assert said["SQLite"] == connection.execute("SELECT sqlite_version()").fetchone()[0]
    assert said["OpenSSL (in cryptography)"] == backend.openssl_version_text().split()[1]
    assert said["PDFium"] == ".".join(str(pdfium[part]) for part in ("major", "minor", "build", "patch"))
    connection.close()


def test_the_commit_of_llama_cpp_belongs_to_the_version_that_is_built() -> None:
    from llama_cpp import llama_cpp

    (part,) = (part for part in installed.parts() if part.commit)
    assert part.version == llama_cpp.llama_version().decode()
    assert re.fullmatch(r"[0-9a-f]{40}", part.commit)
    assert part.commit in part.source


def test_the_sums_of_the_models_that_a_package_carries() -> None:
    for part in installed.parts():
        for name, sha256 in part.files.items():
            file = Path(str(distribution(part.of).locate_file(name)))
            assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256, name


def test_a_part_of_another_version_is_listed_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from msgspec.structs import replace

    other = [replace(part, of_version="0.0.1") for part in installed.parts() if part.of == "sqlcipher3"]
    monkeypatch.setattr(installed, "parts", lambda: other)
    carried = [each for each in installed.collect(["sqlcipher3"]).components if each.name == "SQLCipher"]
    assert [each.version for each in carried] == [""]


def test_the_list_of_a_build_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = licences.Licences([licences.Component("Qt", "1", "LGPL-3.0-only", texts=("a",))], {"a": "text"})
    import msgspec

    (tmp_path / licences.BUILT).write_bytes(msgspec.json.encode(made))
    monkeypatch.setattr(licences, "files", lambda _package: tmp_path)
    assert licences.load() == made


def test_the_notice_about_qt() -> None:
    assert "libQt6Core.so.6" in qt_libraries()
    text = qt_notice("6.11.3", ["libQt6Core.so.6", "libQt6Gui.so.6"])
    assert "They are: libQt6Core.so.6, libQt6Gui.so.6." in text
    assert "https://download.qt.io/official_releases/qt/6.11/6.11.3/" in text
