"""Names of people in a note that nobody said: a small model takes them from its examples, which are other people's."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain

from engine.evidence.lexicons import Lexicons
from engine.evidence.reading import read_statements
from engine.memory.terms import term

_TITLED = r"(?:(?i:mr|mrs|ms|miss|dr)\b\.?\s+)?"
_VERB = (
    r"(?:is|was|has|had|does|did|will|can|says?|said|states?|stated|reports?|reported|denies|denied|presents?|presented"
    r"|comes?|came|returns?|returned|takes|took|feels|felt|rates|rated|tried|went|saw|lives|works)\b"
)
# "Tom has", "Mr Lind's knee", "Tom Lind presents"; within a sentence any word with a capital.
_FIRST = re.compile(rf"^\W*{_TITLED}([A-Z][a-z]{{2,}})(?=['’]s\s|(?:\s[A-Z][a-z]+)?,?\s{_VERB})")
_LABEL = re.compile(r"^\W*[A-Z][\w ,/-]{2,50}:(?=\s)")
_WITHIN = re.compile(rf"(?<=[a-z,;]\s){_TITLED}([A-Z][a-z]{{2,}})\b")


def unsaid_names(text: str, is_said: Callable[[str], bool], lexicons: Lexicons) -> list[str]:
    """What reads as the name of a person in a sentence and is neither said nor a word of the clinic."""
    text = _LABEL.sub("", text)
    found = dict.fromkeys(match[1] for match in chain(_FIRST.finditer(text), _WITHIN.finditer(text)))
    return [name for name in found if not is_said(name) and not _is_known(name, lexicons)]


def _is_known(word: str, lexicons: Lexicons) -> bool:
    known = {term(word), word.lower()}
    if not known.isdisjoint(lexicons.plain | lexicons.everyday | lexicons.talk | lexicons.months.keys()):
        return True
    return any(mention.is_concept for mention in read_statements(word, lexicons).mentions)
