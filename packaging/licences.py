"""List the licences of what Chartside ships: python packaging/licences.py [--check].

The list is the closure of the run-time dependencies in pyproject.toml on this platform, read from the metadata of the
packages installed. With --check nothing is written: the exit status is 1 where a licence is not acceptable or unknown.
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
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parent.parent

# Packages whose metadata name no licence; read in the licence file that each one ships.
_READ_BY_HAND = {"sqlcipher3": "Zlib"}

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
    metadata: Any = installed.metadata
    links = dict(entry.split(", ", 1) for entry in metadata.get_all("Project-URL") or [] if ", " in entry)
    wanted = ("homepage", "repository", "source", "source code", "github", "documentation")
    pages = {key.lower(): value for key, value in links.items()}
    home = str(metadata.get("Home-page") or next((pages[key] for key in wanted if key in pages), ""))
    if "/project/" in home:  # a download page says nothing about who makes it
        home = ""
    return Package(name, installed.version, _READ_BY_HAND.get(name) or _licence(installed), home)


def _licence(installed: Distribution) -> str:
    metadata: Any = installed.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    names = [text.rsplit(" :: ", 1)[-1] for text in classifiers if not text.endswith("OSI Approved")]
    field = (metadata.get("License") or "").strip()
    # Some packages put the whole text in this field; a name is one short line.
    if field and "\n" not in field and len(field) < 80 and field.upper() not in ("UNKNOWN", "DUAL LICENSE"):
        return field
    return " OR ".join(names)


def _document(packages: list[Package]) -> str:
    rows = "\n".join(f"| {p.name} | {p.version} | {p.licence} | {p.home} |" for p in packages)
    return (_ROOT / "packaging" / "licences.md.in").read_text(encoding="utf-8").replace("{rows}", rows)


def main() -> int:
    """Write THIRD_PARTY_LICENSES.md, or only check; return the exit status."""
    parser = argparse.ArgumentParser(description="List the licences of the packages that ship.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a licence that may not ship")
    check = parser.parse_args().check
    packages = runtime_packages(declared_dependencies())
    refused = [package for package in packages if not package.acceptable]
    for package in refused:
        print(f"{package.name} {package.version}: {package.licence or 'no licence found'}", file=sys.stderr)
    if not check:
        (_ROOT / "THIRD_PARTY_LICENSES.md").write_text(_document(packages), encoding="utf-8")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
