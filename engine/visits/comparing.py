"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_PIECE = re.compile(r"\S+\s*|\s+")

SAME, ADDED, REMOVED = "same", "added", "removed"


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Runs of words that are the "same", "added" or "removed", in the order of reading.

    The same and the added ones together are after, the same and the removed ones before, but for white space.
    """
    old, new = _PIECE.findall(before), _PIECE.findall(after)
    matcher = SequenceMatcher(None, [each.strip() for each in old], [each.strip() for each in new], autojunk=False)
    runs: list[tuple[str, str]] = []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            runs.append((SAME, "".join(new[new_start:new_end])))
            continue
        if old_end > old_start:
            runs.append((REMOVED, "".join(old[old_start:old_end])))
        if new_end > new_start:
            runs.append((ADDED, "".join(new[new_start:new_end])))
    return runs
