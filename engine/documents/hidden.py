"""How hidden text that was taken out of a document is told, and what of it is seen in the bytes of a text file."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Eight or more in a row spell something; fewer are a flag emoji, a byte order mark or an editor's leavings.
_SPELT = re.compile(
    rb"(?:\xf3\xa0[\x80\x81][\x80-\xbf]){8,}|(?:\xe2\x80[\x8b-\x8f]|\xe2\x81[\xa0-\xa4]|\xef\xbb\xbf){8,}"
)
_MOST_NAMED = 8


def holds_invisible_letters(content: bytes) -> bool:
    """Whether UTF-8 text holds words spelt in characters that have no shape (zero-width or tag characters)."""
    return _SPELT.search(content) is not None


def hidden_removed(pages: Sequence[int] = ()) -> str:
    """The warning for a document, with the pages where there are pages."""
    if not pages:
        return "Hidden text was removed."
    named = ", ".join(map(str, pages[:_MOST_NAMED])) + (" …" if len(pages) > _MOST_NAMED else "")
    return f"Hidden text was removed (page{'s' * (len(pages) > 1)} {named})."
