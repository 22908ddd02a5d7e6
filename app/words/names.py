"""Names of documents where there is little room."""

from __future__ import annotations


def short_name(name: str, most: int = 60) -> str:
    """A name that fits into a sentence."""
    return name if len(name) <= most else f"{name[: most - 20]}…{name[-15:]}"
