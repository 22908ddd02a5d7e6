"""Sentences that claim nothing a source could bear out."""

from __future__ import annotations

import re

from engine.evidence.lexicons import Lexicons
from engine.evidence.statements import Statements
from engine.evidence.tokens import LIST_MARK

_LONGEST_HEADING = 5  # words
_LONGEST_TITLE = 9  # tokens
_FEWEST_QUALITIES = 2  # "start now" claims nothing, "vital signs stable" does
# What a patient takes or needs, unless a sentence only says that it was talked over.
_CARE = frozenset({"medication", "treatment", "therapi", "manag"})
_TALKED_OVER = re.compile(
    r"\b(?:discuss|review|explain|talk|counsel|educat|advis|answer|agree|address|understand|understood|ask|verbali|recommend"
    r"|inform|concern|question|wish|consent)\w*",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:consult|speak (?:to|with)|talk to|ask|contact|see) (?:your|a|the|with your) "
    r"(?:doctor|physician|healthcare|health care|clinician|pharmacist|provider)",
    re.IGNORECASE,
)


def makes_no_claim(text: str, claim: Statements, lexicons: Lexicons) -> bool:
    """Headings, connectives, questions, advice to ask somebody, and that something was talked over."""
    plain = LIST_MARK.sub("", text).strip()
    heading = plain.startswith("#") or (plain.endswith(":") and len(plain.split()) <= _LONGEST_HEADING)
    if claim.is_question or heading or (plain.isupper() and not claim.quantities):
        return True
    if claim.quantities:
        return False
    if _ADVICE.search(plain):
        return True
    if not plain.endswith((".", "!")) and len(claim.tokens) <= _LONGEST_TITLE and _only_names_a_place(claim, lexicons):
        return True
    telling = sum(1 for mention in claim.mentions if mention.kind not in ("verb", "quality") or mention.contrary)
    names = {mention.name for mention in claim.mentions}
    of_care = bool(names) and names <= _CARE and not _TALKED_OVER.search(plain)
    talked_over = names <= lexicons.talk and not of_care
    return talked_over or (not telling and len(claim.mentions) < _FEWEST_QUALITIES)


def _only_names_a_place(claim: Statements, lexicons: Lexicons) -> bool:
    """Whether a line is the title of a part of a note: "Ears, nose and throat"."""
    parts = [mention for mention in claim.mentions if mention.kind == "anatomy"]
    return bool(parts) and all(
        not mention.negated and (mention.kind == "anatomy" or mention.name in lexicons.everyday)
        for mention in claim.mentions
    )
