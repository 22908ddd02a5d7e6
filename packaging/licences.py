"""List the licences of what Chartside ships: python packaging/licences.py [--check] [--texts FILE [--bundle FOLDER]].

The list is the closure of the run-time dependencies in pyproject.toml on this platform, read from the metadata of the
packages installed. With --check nothing is written: the exit status is 1 where a licence is not acceptable or unknown.
With --texts the list with every text is written for About (resources/licences.json of a bundle), with --bundle only of
what is inside that bundle, and with the system's libraries that PyInstaller put there.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import msgspec
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parent.parent
for _folder in (_ROOT, Path(__file__).resolve().parent):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))

from shipped import packages_in, system_libraries  # noqa: E402 - found through the path set above

from engine.licences import installed as texts  # noqa: E402
from engine.licences.qt import qt_libraries  # noqa: E402

_COPYLEFT = re.compile(r"\bA?GPL|Affero|GNU General Public|SSPL|\bBUSL\b", re.IGNORECASE)
_LESSER = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)


@dataclass(frozen=True)
class Package:
    """An installed package that ships, and its licence in words ("" where none could be found)."""

    name: str
    version: str
    licence: str
    home: str

    @property
    def acceptable(self) -> bool:
        """Whether it may ship: a licence is known, and at least one alternative of it is not GPL or AGPL."""
        alternatives = re.split(r"\s+OR\s+", self.licence.strip("()"))
        return any(part and not _COPYLEFT.search(_LESSER.sub("", part)) for part in alternatives)


def runtime_packages(requirements: Iterable[str]) -> list[Package]:
    """The installed packages that the requirements need on this platform, with all they need in turn.

    Raises PackageNotFoundError where a package of the first level is not installed.
    """
    waiting = [(Requirement(text), "", True) for text in requirements]
    seen: set[tuple[str, str]] = set()
    found: dict[str, Package] = {}
    while waiting:
        requirement, extra, wanted = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        try:
            installed = distribution(requirement.name)
        except PackageNotFoundError:
            if wanted:
                raise
            continue
        name = canonicalize_name(installed.metadata["Name"])
        found[name] = _package(name, installed)
        for choice in ("", *sorted(requirement.extras)):
            if (name, choice) not in seen:
                seen.add((name, choice))
                waiting += [(Requirement(text), choice, False) for text in installed.requires or []]
    return sorted(found.values(), key=lambda package: package.name)


def declared_dependencies() -> list[str]:
    """The run-time dependencies that pyproject.toml declares."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [str(entry) for entry in project["dependencies"]]


def _package(name: str, installed: Distribution) -> Package:
    return Package(name, installed.version, texts.stated_licence(installed), texts.home_page(installed))


def _document(packages: list[Package]) -> str:
    rows = "\n".join(f"| {p.name} | {p.version} | {p.licence} | {p.home} |" for p in packages)
    return (_ROOT / "packaging" / "licences.md.in").read_text(encoding="utf-8").replace("{rows}", rows)


def write_texts(file: Path, bundle: Path | None) -> int:
    """Write the list with every text; returns how many parts stand in it."""
    names = [package.name for package in runtime_packages(declared_dependencies())]
    if bundle is None:
        found = texts.collect(names)
    else:
        inside = bundle / "_internal"
        qt = qt_libraries(inside / "PySide6")
        found = texts.collect(packages_in(bundle, names), system_libraries(inside), qt)
    file.write_bytes(msgspec.json.encode(found))
    return len(found.components)


def main() -> int:
    """Write THIRD_PARTY_LICENSES.md or the texts, or only check; return the exit status."""
    parser = argparse.ArgumentParser(description="List the licences of the packages that ship.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a licence that may not ship")
    parser.add_argument("--texts", type=Path, metavar="FILE", help="write the list with every text, for About")
    parser.add_argument("--bundle", type=Path, metavar="FOLDER", help="with --texts: of what is inside this bundle")
    args = parser.parse_args()
    if args.texts:
        print(f"{args.texts}: {write_texts(args.texts, args.bundle)} parts")
        return 0
    packages = runtime_packages(declared_dependencies())
    refused = [package for package in packages if not package.acceptable]
    for package in refused:
        print(f"{package.name} {package.version}: {package.licence or 'no licence found'}", file=sys.stderr)
    if not args.check:
        (_ROOT / "THIRD_PARTY_LICENSES.md").write_text(_document(packages), encoding="utf-8")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
