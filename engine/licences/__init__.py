"""What Chartside is made of, under which licences, with their texts: for About and for the list of a build's parts."""

from __future__ import annotations

from importlib.resources import files

import msgspec
from msgspec import Struct

BUILT = "licences.json"


class Component(Struct, frozen=True):
    """A part of the program. kind: program, library, package (of Python), model or data.

    texts: keys of Licences.texts. notice: what its licence wants to be said, or where its texts stand.
    """

    name: str
    version: str
    licence: str
    kind: str = "package"
    home: str = ""
    source: str = ""
    notice: str = ""
    texts: tuple[str, ...] = ()


class Licences(Struct, frozen=True):
    """Every part, and each licence text once."""

    components: list[Component]
    texts: dict[str, str]


def load() -> Licences:
    """The list that was made when this copy was built; in a checkout, of the packages that are installed."""
    built = files("resources").joinpath(BUILT)
    if built.is_file():
        return msgspec.json.decode(built.read_bytes(), type=Licences)
    from engine.licences.installed import collect, installed_names

    return collect(installed_names())
