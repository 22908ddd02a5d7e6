"""Write the list of everything in a build (CycloneDX 1.6, JSON): python packaging/sbom.py --out FILE [--bundle FOLDER].

With --bundle: what is really inside that bundle, with the system's libraries in it; otherwise the closure of the
run-time dependencies. --models FOLDER adds the models that ship beside it (the full flavour). Same input, same bytes:
the serial number is made from what the build says of itself, the time is SOURCE_DATE_EPOCH.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution, distribution
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement

_ROOT = Path(__file__).resolve().parent.parent
for _folder in (_ROOT, Path(__file__).resolve().parent):
    if str(_folder) not in sys.path:
        sys.path.append(str(_folder))

from licences import declared_dependencies, runtime_packages  # noqa: E402 - found through the path set above
from shipped import packages_in, system_libraries  # noqa: E402

from engine.installation import Build, Installation  # noqa: E402
from engine.licences import Component as Listed  # noqa: E402
from engine.licences import installed as parts  # noqa: E402
from engine.models.catalogue import Catalogue  # noqa: E402

_LICENCES = LicenseFactory()
# Names that metadata use for what SPDX calls otherwise.
_SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def main() -> int:
    """Write the list; returns the exit status."""
    parser = argparse.ArgumentParser(description="Write the list of everything in a build (CycloneDX).")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--bundle", type=Path, metavar="FOLDER", help="of what is inside this bundle")
    parser.add_argument("--models", type=Path, metavar="FOLDER", help="the models that ship with it")
    args = parser.parse_args()
    bom = make(args.bundle, args.models)
    args.out.write_text(JsonV1Dot6(bom).output_as_string(indent=2) + "\n", encoding="utf-8")
    print(f"{args.out}: {len(bom.components)} parts")
    return 0


def make(bundle: Path | None, models: Path | None) -> Bom:
    """The list of a bundle, or of the dependencies where none is given."""
    names = [package.name for package in runtime_packages(declared_dependencies())]
    build = _build(bundle)
    if bundle is not None:
        names = packages_in(bundle, names)
    program = Component(name="chartside", version=build.version, type=ComponentType.APPLICATION, bom_ref="chartside")
    program.licenses.add(_LICENCES.make_from_string("Apache-2.0"))
    for key, value in (("platform", build.platform), ("gpu", build.gpu), ("commit", build.commit)):
        program.properties.add(Property(name=f"chartside:{key}", value=value))
    packages = {name: _package(distribution(name)) for name in names}
    carried = {part.name: _part(part) for part in parts.parts() if part.of in packages}
    others = [_python()]
    if bundle is not None:
        others += [_system_library(library) for library, _text in system_libraries(bundle / "_internal")]
    weights = _shipped_models(models) if models is not None else []
    everything = [*packages.values(), *carried.values(), *others, *weights]
    when = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or build.source_date_epoch), UTC)
    bom = Bom(
        components=everything,
        metadata=BomMetaData(component=program, timestamp=when),
        serial_number=_serial(build, everything),
    )
    bom.register_dependency(program, everything)
    for name, component in packages.items():
        needed = [packages[other] for other in _required(distribution(name)) if other in packages]
        inside = [carried[part.name] for part in parts.parts() if part.of == name]
        bom.register_dependency(component, [*needed, *inside])
    return bom


def _build(bundle: Path | None) -> Build:
    found = Installation.at(bundle) if bundle is not None else None
    if found is not None:
        return found.build
    from engine import __version__
    from engine.installation import this_platform

    return Build(__version__, this_platform())


def _serial(build: Build, components: Iterable[Component]) -> uuid.UUID:
    """The same for the same build and the same parts, another for any other."""
    inside = sorted(f"{each.bom_ref.value}" for each in components)
    words = [build.version, build.platform, build.flavour, build.gpu, build.commit, *inside]
    return uuid.uuid5(uuid.NAMESPACE_URL, "\n".join(words))


def _package(installed: Distribution) -> Component:
    name = parts.canonical(installed.metadata["Name"])
    purl = PackageURL("pypi", None, name, installed.version)
    component = _component(name, installed.version, purl, parts.stated_licence(installed), parts.home_page(installed))
    for file in installed.files or []:
        if ".dist-info/sboms/" in str(file):
            told = json.loads(Path(str(installed.locate_file(file))).read_text("utf-8"))
            for inner in _inner(told, str(purl)):
                component.components.add(inner)
    return component


def _inner(told: dict[str, Any], outer: str) -> list[Component]:
    """What a package's own list (PEP 770) says that it carries: Rust crates, and libraries copied into the wheel."""
    found = {}
    for each in told.get("components", []):
        purl = str(each.get("purl", "")).split("?")[0]
        if purl and not purl.startswith("pkg:pypi/"):
            given = PackageURL.from_string(purl)
            found[purl] = Component(
                name=each["name"],
                version=each.get("version"),
                type=ComponentType.LIBRARY,
                purl=given,
                bom_ref=f"{outer}#{purl}",
            )
    return list(found.values())


def _part(part: parts.Part) -> Component:
    purl = PackageURL.from_string(f"{part.purl}@{part.commit or part.version}") if part.purl else None
    component = _component(part.name, part.version, purl, part.licence, part.home, ref=f"{part.of}#{part.name}")
    if part.cpe:
        component.cpe = f"cpe:2.3:{part.cpe}:{part.version}:*:*:*:*:*:*:*"
    if part.kind == "model":
        component.type = ComponentType.MACHINE_LEARNING_MODEL
        for name, sha256 in part.files.items():
            component.components.add(_weights(Path(name).name, part.version, sha256, f"{part.of}#{name}"))
    return component


def _python() -> Component:
    import platform

    version = platform.python_version()
    component = _component("python", version, PackageURL("generic", None, "python", version), "PSF-2.0", "")
    component.cpe = f"cpe:2.3:a:python:python:{version}:*:*:*:*:*:*:*"
    return component


def _system_library(library: Listed) -> Component:
    purl = PackageURL("deb", "debian", library.name, library.version)
    return _component(library.name, library.version, purl, library.licence, library.home)


def _shipped_models(folder: Path) -> list[Component]:
    found = []
    catalogue = Catalogue.load()
    for file in sorted(folder.glob("*/manifest.json")):
        told = json.loads(file.read_text("utf-8"))
        entry = catalogue.find(told["id"])
        licence, hub = (entry.licence, entry.hub) if entry else ("", None)
        purl = PackageURL.from_string(f"pkg:huggingface/{hub.repo}@{hub.revision}") if hub else None
        home = f"https://huggingface.co/{hub.repo}" if hub else ""
        model = _component(told["name"], None, purl, licence, home, ref=f"model#{told['id']}")
        model.type = ComponentType.MACHINE_LEARNING_MODEL
        for each in told["files"]:
            model.components.add(_weights(each["name"], None, each["sha256"], f"model#{told['id']}#{each['name']}"))
        found.append(model)
    return found


def _weights(name: str, version: str | None, sha256: str, ref: str) -> Component:
    digest = HashType(alg=HashAlgorithm.SHA_256, content=sha256)
    return Component(name=name, version=version, type=ComponentType.FILE, hashes=[digest], bom_ref=ref)


def _component(
    name: str, version: str | None, purl: PackageURL | None, licence: str, home: str, *, ref: str = ""
) -> Component:
    component = Component(name=name, version=version, type=ComponentType.LIBRARY, purl=purl, bom_ref=ref or str(purl))
    if licence:
        component.licenses.add(_LICENCES.make_from_string(_SPDX.get(licence, licence)))
    if home.startswith("http"):
        component.external_references.add(ExternalReference(type=ExternalReferenceType.WEBSITE, url=XsUri(home)))
    return component


def _required(installed: Distribution) -> set[str]:
    wanted = (Requirement(text) for text in installed.requires or [])
    return {parts.canonical(each.name) for each in wanted if not each.marker or each.marker.evaluate({"extra": ""})}


if __name__ == "__main__":
    sys.exit(main())
