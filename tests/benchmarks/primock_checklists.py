"""Whether a text tells the items of a clinician's checklist, by code.

An item counts as told where three sentences of the text on end hold more than half of its terms, each as it is in the
item, affirmed or denied; terms are those of engine.evidence: concepts, stems of other words, amounts, sides. Items
without a term ("*not physical") are not asked for. The rule knows no other words for the same thing and takes an item
without those above it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import read_statements
from engine.evidence.sentences import split_sentences
from engine.evidence.statements import Statements

_NAME = re.compile(r"day_(\d+)_consultation_(\d+)", re.IGNORECASE)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_WITHIN = 3  # sentences
_SHARE = 0.5
# As clinicians write short on checklists.
_SHORT = {
    "nkda": "no known drug allergies",
    "cp": "chest pain",
    "oa": "osteoarthritis",
    "ra": "rheumatoid arthritis",
    "dib": "difficulty breathing",
    "nil": "no",
    "meds": "medications",
}


class Item(NamedTuple):
    text: str
    critical: bool


class Recall(NamedTuple):
    """Items told and asked for, critical ones apart."""

    critical: int
    critical_asked: int
    told: int
    asked: int

    def __str__(self) -> str:
        share, all_share = self.critical / max(1, self.critical_asked), self.told / max(1, self.asked)
        return f"critical {share:.1%} of {self.critical_asked}, all {all_share:.1%} of {self.asked}"


def checklists(folder: Path) -> dict[str, list[Item]]:
    """The items of each consultation's checklists, each with whether it is critical."""
    found: dict[str, list[Item]] = {}
    for file in sorted(folder.glob("*/*.xlsx")):
        match = _NAME.search(file.name)
        if match:
            rows = [row for row in _rows(file)[1:] if row.get("A", "").strip() and row.get("B", "").strip()]
            items = [Item(row["A"].strip().lstrip("*").strip(), row["B"].strip().lower() == "c") for row in rows]
            found.setdefault(f"day{match[1]}_consultation{int(match[2]):02}", []).extend(items)
    return found


def _rows(file: Path) -> list[dict[str, str]]:
    """The texts of a workbook's first sheet by their columns."""
    with zipfile.ZipFile(file) as book:
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    texts = ["".join(part.text or "" for part in each.iter(f"{_SHEET}t")) for each in shared]
    rows = []
    for row in sheet.iter(f"{_SHEET}row"):
        cells = {}
        for cell in row:
            value = cell.findtext(f"{_SHEET}v")
            if value is not None:
                column = re.sub(r"\d", "", cell.get("r", ""))
                cells[column] = texts[int(value)] if cell.get("t") == "s" else value
        rows.append(cells)
    return rows


class Told:
    """What a text or a talk says, as a checklist is held against it."""

    def __init__(self, sentences: Sequence[Statements]) -> None:
        said = [terms(each, with_implied=True) for each in sentences]
        starts = range(max(1, len(said) - _WITHIN + 1))
        self._stretches = [frozenset[str]().union(*said[at : at + _WITHIN]) for at in starts]

    def tells(self, item: frozenset[str]) -> bool:
        return any(len(item & stretch) > _SHARE * len(item) for stretch in self._stretches)


def sentences_of(text: str, lexicons: Lexicons) -> list[Statements]:
    return [read_statements(span.text, lexicons) for span in split_sentences(text)]


def terms(said: Statements, *, with_implied: bool = False) -> frozenset[str]:
    """What a sentence says, as words that compare: its terms affirmed or denied, its amounts and sides."""
    found = set()
    for mention in said.mentions:
        for name in (mention.name, *(mention.implied if with_implied else ())):
            found.add(f"no {name}" if mention.negated else name)
    found.update(f"{each.low:g}-{each.high:g} {each.unit}" for each in said.quantities)
    found.update(each.value for each in said.sides)
    return frozenset(found)


def _asked(item: Item, lexicons: Lexicons) -> frozenset[str]:
    written_out = " ".join(_SHORT.get(word.lower(), word) for word in item.text.split())
    return terms(read_statements(written_out, lexicons))


def recall(pairs: Sequence[tuple[Sequence[Statements], Sequence[Item]]], lexicons: Lexicons) -> Recall:
    """How much of their checklists these texts tell."""
    told: list[bool] = []
    critical: list[bool] = []
    for sentences, items in pairs:
        note = Told(sentences)
        for item in items:
            wanted = _asked(item, lexicons)
            if wanted:
                told.append(note.tells(wanted))
                critical.append(item.critical)
    of_critical = [each for each, counts in zip(told, critical, strict=True) if counts]
    return Recall(sum(of_critical), len(of_critical), sum(told), len(told))
