"""What ships may ship: every run-time package has a licence that is known and not GPL or AGPL only."""

from __future__ import annotations

import importlib.util
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    # Loaded by path: the folder's name belongs to another package on the import path.
    spec = importlib.util.spec_from_file_location("chartside_licences", ROOT / "packaging" / "licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_no_runtime_package_is_gpl_agpl_or_of_unknown_licence(licences: ModuleType) -> None:
    packages = licences.runtime_packages(licences.declared_dependencies())
    assert [(package.name, package.licence) for package in packages if not package.acceptable] == []
    names = {package.name for package in packages}
    assert {"pyside6", "llama-cpp-python", "certifi"} <= names
    assert not names & {"pytest", "mypy", "pyinstaller", "pymupdf"}


@pytest.mark.parametrize(
    ("licence", "acceptable"),
    [
        ("MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", True),
        ("GNU Lesser General Public License v3 (LGPLv3)", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-or-later", False),
        ("GNU General Public License v3 (GPLv3)", False),
        ("GNU Affero General Public License v3", False),
        ("AGPL-3.0-only OR GPL-3.0-only", False),
        ("MIT AND GPL-2.0-only", False),
        ("", False),
    ],
)
def test_a_licence_is_acceptable_when_one_choice_is_not_copyleft(
    licences: ModuleType, licence: str, acceptable: bool
) -> None:
    assert licences.Package("example", "1.0", licence, "").acceptable is acceptable


def test_the_closure_follows_markers_and_extras(licences: ModuleType) -> None:
    assert [package.name for package in licences.runtime_packages(["six; python_version < '3'"])] == []
    plain = {package.name for package in licences.runtime_packages(["uvicorn"])}
    standard = {package.name for package in licences.runtime_packages(["uvicorn[standard]"])}
    assert plain < standard


def test_a_declared_package_that_is_not_installed_is_an_error(licences: ModuleType) -> None:
    with pytest.raises(PackageNotFoundError):
        licences.runtime_packages(["no-such-package-here"])


def test_every_runtime_package_stands_in_the_list(licences: ModuleType) -> None:
    text = (ROOT / "THIRD_PARTY_LICENSES.md").read_text(encoding="utf-8")
    declared = [package.name for package in licences.runtime_packages(licences.declared_dependencies())]
    assert [name for name in declared if f"| {name} |" not in text] == []
