"""A template made from a note that somebody wrote: its headings become sections, their texts become examples."""

from __future__ import annotations

import re

from engine.errors import UserError
from engine.scribe.templates import checked_template
from engine.types import NoteTemplate, SectionTemplate

_LONGEST_HEADING = 8  # words
_LONGEST_EXAMPLE = 1_500  # characters
_FEWEST_CHARACTERS = 20
_NUMBERED = re.compile(r"^\s*(?:#{1,6}\s+|\*\*|\d{1,2}[.)]\s+)")
_ENDS_SENTENCE = re.compile(r"[.!?;,]$")
# "Allergies: penicillin" is a heading and its text on one line.
_INLINE = re.compile(r"^([A-Z][\w /&,()'’-]{1,48}?):\s+(\S.*)$")
_KNOWN = re.compile(
    r"^(?:subjective|objective|assessment|plan|history|hpi|pmh|chief complaint|complaint|reason|exam|examination"
    r"|vitals?"
    r"|medications?|allergies|family|social|past|review of systems|ros|results?|labs?|imaging|impression|diagnos[ie]s"
    r"|follow.?up|instructions|procedure|indication|findings|consent|recommendations?|interval|background|advice"
    r"|development|immuni[sz]ations?|risk|mental state|s|o|a|p)\b",
    re.IGNORECASE,
)


def from_example(title: str, text: str) -> NoteTemplate:
    """A template of this name. Raises UserError for a text that holds no note."""
    if len(text.strip()) < _FEWEST_CHARACTERS:
        raise UserError("This is too short to learn a note from.", "Paste a whole note, with its headings.")
    sections: list[tuple[str, list[str]]] = []
    before: list[str] = []
    for line in text.splitlines():
        heading, rest = _heading(line, known_only=bool(sections) and not _follows_gap(sections[-1][1]))
        if heading:
            sections.append((heading, [rest] if rest else []))
        else:
            (sections[-1][1] if sections else before).append(line)
    if any(line.strip() for line in before) or not sections:
        sections.insert(0, ("Note" if not sections else "Summary", before))
    made = [_section(name, lines) for name, lines in sections]
    return checked_template(NoteTemplate("", title, "as in an example", made))


def _section(title: str, lines: list[str]) -> SectionTemplate:
    example = "\n".join(lines).strip()
    words = len(example.split())
    return SectionTemplate(
        key="",
        title=title,
        instruction=_form(example),
        length=-(-words // 10) * 10,
        example=example[:_LONGEST_EXAMPLE],
    )


def _form(example: str) -> str:
    """How the example is laid out, in words."""
    lines = [line for line in example.splitlines() if line.strip()]
    listed = sum(bool(re.match(r"\s*(?:[-*•–]|\d{1,2}[.)])\s", line)) for line in lines)
    if len(lines) > 1 and listed * 2 >= len(lines):
        return "A list: one item on a line."
    if len(lines) > 1 and sum(":" in line[:40] for line in lines) * 2 >= len(lines):
        return "A line for each item, beginning with its name and a colon."
    return "In whole sentences." if len(example.split()) > _LONGEST_HEADING else "In a few words."


def _heading(line: str, *, known_only: bool) -> tuple[str, str]:
    """The heading that a line is, and text behind it on the same line; "" where it is none."""
    plain = _NUMBERED.sub("", line).strip().strip("*").strip()
    inline = _INLINE.match(plain)
    if inline and _KNOWN.match(inline[1]):
        return inline[1].strip(), inline[2]
    name = plain.rstrip(":").strip()
    if not name or len(name.split()) > _LONGEST_HEADING or _ENDS_SENTENCE.search(name):
        return "", ""
    marked = name.isupper() or plain != line.strip() or plain.endswith(":")
    known = bool(_KNOWN.match(name))
    is_heading = known if known_only else marked or known
    return (_cased(name), "") if is_heading and any(letter.isalpha() for letter in name) else ("", "")


def _cased(name: str) -> str:
    return name.capitalize() if name.isupper() and len(name) > len("HPI") else name


def _follows_gap(lines: list[str]) -> bool:
    """Whether an empty line stands before: there a line without a full stop may begin something new."""
    return bool(lines) and not lines[-1].strip()
