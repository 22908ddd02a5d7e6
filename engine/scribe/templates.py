"""The kinds of notes that come with the program, and templates as files."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct, structs

from engine.errors import UserError
from engine.types import NoteTemplate, SectionTemplate

DEFAULT_TEMPLATE = "visit"
_ORDER = (
    "visit", "soap", "history-physical", "progress", "telephone", "procedure", "paediatric", "mental-health", "nursing",
    "free",
)  # fmt: skip
_MOST_SECTIONS, _LONGEST_TITLE, _LONGEST_TEXT = 40, 120, 8_000


class _Section(Struct, forbid_unknown_fields=True):
    title: str
    key: str = ""
    instruction: str = ""
    length: int = 0
    example: str = ""


class _File(Struct, forbid_unknown_fields=True):
    title: str
    sections: list[_Section]
    id: str = ""
    kind: str = ""


@cache
def builtin_templates() -> tuple[NoteTemplate, ...]:
    """All that come with the program, in the order of a list; the first is the default of a visit."""
    folder = files("resources").joinpath("domain", "templates")
    read = [parse_template(folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")) for name in _ORDER]
    return tuple(structs.replace(template, builtin=True) for template in read)


def builtin_template(template_id: str) -> NoteTemplate | None:
    """One of them, None where none has this name."""
    return next((each for each in builtin_templates() if each.id == template_id), None)


def parse_template(text: str) -> NoteTemplate:
    """A template from TOML: title, kind, and for each section title, instruction, length, example.

    Raises UserError for a text that is none.
    """
    try:
        read = msgspec.convert(tomllib.loads(text), _File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UserError(
            "This is not a note template.",
            "A template is a TOML file with a title and [[sections]], each with a title and an instruction.",
            str(error),
        ) from error
    sections = [
        SectionTemplate(each.key, each.title, each.instruction.strip(), each.length, each.example.strip())
        for each in read.sections
    ]
    return checked_template(NoteTemplate(read.id, read.title, read.kind, sections))


def template_text(template: NoteTemplate) -> str:
    """A template as TOML, which parse_template reads."""
    lines = [
        f"{name} = {_quoted(value)}"
        for name, value in (("id", template.id), ("title", template.title), ("kind", template.kind))
    ]
    for section in template.sections:
        lines += [
            "",
            "[[sections]]",
            f"key = {_quoted(section.key)}",
            f"title = {_quoted(section.title)}",
            f"instruction = {_quoted(section.instruction)}",
        ]
        lines += [f"length = {section.length}"] if section.length else []
        lines += [f"example = {_quoted(section.example)}"] if section.example else []
    return "\n".join(lines) + "\n"


def checked_template(template: NoteTemplate) -> NoteTemplate:
    """The same, with an id and with keys of its own for sections that lack one. Raises UserError with what is wrong."""
    if not template.title.strip():
        raise UserError("The template has no name.", "Give it one.")
    if not template.sections or len(template.sections) > _MOST_SECTIONS:
        raise UserError("A template has 1 to 40 sections.", "Add a section, or join some of them.")
    keys: set[str] = set()
    sections = []
    for section in template.sections:
        title = " ".join(section.title.split())
        if not title or len(title) > _LONGEST_TITLE:
            raise UserError("A section has no name, or one over 120 characters.", "Give each section a short name.")
        if max(len(section.instruction), len(section.example)) > _LONGEST_TEXT or not 0 <= section.length <= 2_000:
            raise UserError(f"The section “{title}” says too much.", "Shorten its instruction, example or length.")
        key = _unused(section.key or _slug(title), keys)
        keys.add(key)
        sections.append(structs.replace(section, key=key, title=title))
    title = " ".join(template.title.split())
    return structs.replace(template, id=template.id or _slug(title), title=title, sections=sections)


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.casefold()).strip("-")[:60] or "section"


def _unused(key: str, taken: set[str]) -> str:
    number = 2
    name = key
    while name in taken:
        name, number = f"{key}-{number}", number + 1
    return name


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    for sign, code in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        escaped = escaped.replace(sign, code)
    return '"' + re.sub(r"[\x00-\x1f\x7f]", " ", escaped) + '"'
