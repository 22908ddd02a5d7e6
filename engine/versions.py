"""The form of a version, and which is later."""

from __future__ import annotations

import re

PATTERN = r"^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\Z"


def order(version: str) -> tuple[int, int, int]:
    """A version to compare by. ValueError for anything but three numbers."""
    match = re.match(PATTERN, version)
    if match is None:
        raise ValueError(f"not a version: {version!r}")
    major, minor, patch = (int(part) for part in match.groups())
    return major, minor, patch
