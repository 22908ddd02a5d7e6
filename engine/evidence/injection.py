"""Text in a document that tries to give orders to the assistant that reads it.

Rules, since they are the same everywhere, explain themselves and cost nothing: an order speaks to a machine (its
instructions, prompt, role, reply) or forbids to tell the person. Clinical texts are full of orders to people, so a rule
wants words that only a machine is addressed by. What is found is told at import and kept out of prompts; what no rule
knows still stands between fences as quoted material, and the model has no tools to act with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from engine.evidence.sentences import Span, split_sentences
from engine.types import DocumentText

_LONGEST_QUOTE = 110
_MOST_TOLD = 3

_PART = re.compile(r"([A-Z]+) = (.+)")
_NAMED = re.compile(r"<([A-Z]+)>")


@cache
def _orders() -> re.Pattern[str]:
    """The rules of resources/domain/orders.txt, whose head says how they are written."""
    parts: dict[str, str] = {}
    rules = []
    for line in files("resources").joinpath("domain", "orders.txt").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        rule = _NAMED.sub(lambda name: parts[name[1]], line)
        if part := _PART.fullmatch(rule):
            parts[part[1]] = part[2]
        else:
            rules.append(f"(?:{rule})")
    return re.compile("|".join(rules), re.IGNORECASE)


def find_orders(text: str) -> list[Span]:
    """The sentences that give orders to an assistant, with exact offsets."""
    found = [match.span() for match in _orders().finditer(text)]
    if not found:
        return []
    return [
        span for span in split_sentences(text) if any(start < span.end and end > span.start for start, end in found)
    ]


def without_orders(text: str) -> str:
    """A passage as a model may see it: sentences that give orders are taken out."""
    kept, at = [], 0
    for span in find_orders(text):
        kept.append(text[at : span.start].rstrip(" "))
        at = span.end
    return "".join([*kept, text[at:]]).strip() if at else text


def order_warnings(document: DocumentText) -> list[str]:
    """What the library tells of a document that gives orders, one line each, the first few."""
    found = find_orders(document.text)
    told = [
        f"This document contains text that tries to give the assistant orders{_page(document, span.start)}: "
        f"“{quoted(span.text)}”"
        for span in found[:_MOST_TOLD]
    ]
    if len(found) > _MOST_TOLD:
        told.append(f"It contains {len(found) - _MOST_TOLD} more of such orders. None of them is shown to the model.")
    return told


def quoted(text: str) -> str:
    """A sentence on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_QUOTE else line[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"


def _page(document: DocumentText, offset: int) -> str:
    if not document.paged:
        return ""
    return next((f" (page {page.number})" for page in document.pages if page.start <= offset <= page.end), "")


def named(document: str, page: int | None, orders: Sequence[Span]) -> list[str]:
    """Orders as an answer names what it left out."""
    place = f", page {page}" if page is not None else ""
    return [f"Order to the assistant in {document}{place}: “{quoted(span.text)}”" for span in orders]
