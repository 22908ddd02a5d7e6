"""Reads parts, licences and texts of the installed packages, and the list of what those packages carry inside."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct

from engine import __version__
from engine.licences import Component, Licences
from engine.licences.qt import qt_libraries, qt_notice
from engine.models.catalogue import Catalogue

# Packages whose metadata name no licence; read in the licence file that each one ships.
READ_BY_HAND = {"sqlcipher3": "Zlib", "pypdfium2": "BSD-3-Clause AND Apache-2.0"}
# Packages that ship without a text; these are the texts of the licence that their metadata name.
_MISSING_TEXTS = {
    "ctranslate2": ("MIT-CTranslate2",),
    "fhir-core": ("BSD-3-Clause-fhir",),
    "fhir-resources": ("BSD-3-Clause-fhir",),
    "flatbuffers": ("Apache-2.0",),
    "tokenizers": ("Apache-2.0",),
    "pyside6": ("LGPL-3.0-only", "GPL-3.0-only"),
    "pyside6-addons": ("LGPL-3.0-only", "GPL-3.0-only"),
    "pyside6-essentials": ("LGPL-3.0-only", "GPL-3.0-only"),
    "shiboken6": ("LGPL-3.0-only", "GPL-3.0-only"),
}
_QT = ("pyside6", "pyside6-addons", "pyside6-essentials", "shiboken6")
# Of the models that are there to begin with; the speech model is the one under MIT.
_MODEL_TEXTS = {"Apache-2.0": ("Apache-2.0",), "MIT": ("MIT-Whisper",)}
# Notices that lie beside the code instead of the metadata.
_BESIDE_CODE = {"onnxruntime": ("onnxruntime/LICENSE", "onnxruntime/ThirdPartyNotices.txt")}
_TEXT_NAME = re.compile(r"(licen[cs]e|copying|notice|copyright|authors)", re.IGNORECASE)
_CODE = (".py", ".pyc", ".pyi", ".so", ".json", ".h")


class Part(Struct, frozen=True):
    """An entry of resources/licences/parts.json: what a package (of) in one version carries inside.

    files: sha256 of model files by their path in the environment. purl (without the version), cpe (part, vendor and
    product): by which lists of known weaknesses know it.
    """

    name: str
    kind: str
    of: str
    of_version: str
    version: str
    licence: str
    home: str = ""
    source: str = ""
    commit: str = ""
    notice: str = ""
    texts: tuple[str, ...] = ()
    files: dict[str, str] = {}
    purl: str = ""
    cpe: str = ""


def collect(
    names: Iterable[str], libraries: Iterable[tuple[Component, str]] = (), qt: list[str] | None = None
) -> Licences:
    """Chartside, what it is frozen with, the named installed packages, what these carry, and the models to start with.

    libraries: further ones with their texts. qt: file names of the Qt libraries that ship.
    """
    shelf = _Shelf()
    packages = [_package(distribution(name), shelf) for name in names]
    own = [_program(shelf), _python(shelf)]
    present = {canonical(package.name) for package in packages}
    carried = [_carried(part, shelf, qt) for part in parts() if not part.of or part.of in present]
    others = [msgspec.structs.replace(each, texts=(shelf.put(text),)) for each, text in libraries]
    ordered = sorted([*carried, *packages, *others, *_models(shelf)], key=lambda each: each.name.casefold())
    # What comes with duties stands at the top.
    first = [each for each in ordered if each.name == "Qt"]
    return Licences([*own[:1], *first, *own[1:], *(each for each in ordered if each not in first)], shelf.texts)


def installed_names() -> list[str]:
    """Every installed package but Chartside itself."""
    found = {canonical(each.metadata["Name"]) for each in distributions() if each.metadata["Name"]}
    return sorted(found - {"chartside"})


def parts() -> list[Part]:
    """What stands in resources/licences/parts.json."""
    return msgspec.json.decode(files("resources").joinpath("licences", "parts.json").read_bytes(), type=list[Part])


def canonical(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def stated_licence(installed: Distribution) -> str:
    """The licence that a package's metadata name, "" where they name none."""
    metadata: Any = installed.metadata
    by_hand = READ_BY_HAND.get(canonical(metadata["Name"]))
    if by_hand:
        return by_hand
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [text for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")]
    names = [text.rsplit(" :: ", 1)[-1] for text in classifiers if not text.endswith("OSI Approved")]
    field = (metadata.get("License") or "").strip()
    # Some packages put the whole text in this field; a name is one short line.
    if field and "\n" not in field and len(field) < 80 and field.upper() not in ("UNKNOWN", "DUAL LICENSE"):
        return str(field)
    return " OR ".join(names)


def home_page(installed: Distribution) -> str:
    """Where a package comes from, "" where its metadata do not say."""
    metadata: Any = installed.metadata
    links = dict(entry.split(", ", 1) for entry in metadata.get_all("Project-URL") or [] if ", " in entry)
    wanted = ("homepage", "repository", "source", "source code", "github", "documentation")
    pages = {key.lower(): value for key, value in links.items()}
    home = str(metadata.get("Home-page") or next((pages[key] for key in wanted if key in pages), ""))
    # A download page says nothing about who makes it.
    return "" if "/project/" in home else home


class _Shelf:
    """Keeps each text once, under the beginning of its sum."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def put(self, text: str) -> str:
        text = text.replace("\r\n", "\n").strip() + "\n"
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        self.texts[key] = text
        return key

    def own(self, names: Iterable[str]) -> tuple[str, ...]:
        """Texts of resources/licences."""
        folder = files("resources").joinpath("licences")
        return tuple(self.put(folder.joinpath(f"{name}.txt").read_text("utf-8")) for name in names)


def _package(installed: Distribution, shelf: _Shelf) -> Component:
    name = canonical(installed.metadata["Name"])
    texts = [shelf.put(text) for text in _texts(installed, name)] or list(shelf.own(_MISSING_TEXTS.get(name, ())))
    licence = stated_licence(installed)
    return Component(
        installed.metadata["Name"],
        installed.version,
        licence,
        home=home_page(installed),
        notice="See Qt at the beginning of this list." if name in _QT else "",
        texts=tuple(dict.fromkeys(texts)),
    )


def _texts(installed: Distribution, name: str) -> list[str]:
    found = []
    for file in installed.files or []:
        inside = ".dist-info/" in str(file)
        wanted = (inside and ("/licenses/" in str(file) or _TEXT_NAME.search(file.name))) or (
            str(file) in _BESIDE_CODE.get(name, ())
        )
        if wanted and not file.name.endswith(_CODE):
            place = installed.locate_file(file)
            text = place.read_text("utf-8", "replace") if place.is_file() else ""  # type: ignore[call-arg, attr-defined]
            if text.strip():
                found.append(text)
    return found


def _program(shelf: _Shelf) -> Component:
    return Component("Chartside", __version__, "Apache-2.0", "program", texts=shelf.own(["Apache-2.0"]))


def _python(shelf: _Shelf) -> Component:
    import platform

    home = "https://www.python.org"
    source = f"{home}/downloads/source/"
    texts = shelf.own(["PSF-2.0"])
    return Component("Python", platform.python_version(), "PSF-2.0", "library", home, source, texts=texts)


def _models(shelf: _Shelf) -> list[Component]:
    """The models that a full installation brings along or the first start fetches."""
    catalogue = Catalogue.load()
    entries = [catalogue.entry(each) for each in (catalogue.starter, catalogue.embedding, catalogue.speech)]
    notice = "A model's licence is also shown on the Models page, before it is fetched."
    return [
        Component(
            f"{entry.name} (model)",
            "",
            entry.licence,
            "model",
            f"https://huggingface.co/{entry.hub.repo}" if entry.hub else entry.licence_url,
            notice=notice,
            texts=shelf.own(_MODEL_TEXTS.get(entry.licence, ())),
        )
        for entry in entries
    ]


def _carried(part: Part, shelf: _Shelf, qt: list[str] | None) -> Component:
    version = part.version if not part.commit else f"{part.version} ({part.commit[:9]})"
    if part.of:
        try:
            same = distribution(part.of).version.split("+")[0] == part.of_version
        except PackageNotFoundError:
            same = False
        # The list was checked against another version of the package: better none than a wrong one.
        version = version if same else ""
    notice = part.notice
    if part.name == "Qt":
        notice = f"{qt_notice(part.version, qt_libraries() if qt is None else qt)}\n\n{part.notice}"
    texts = shelf.own(part.texts)
    return Component(part.name, version, part.licence, part.kind, part.home, part.source, notice, texts)
