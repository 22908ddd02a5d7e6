"""What a note looks like on paper, whatever the format."""

from __future__ import annotations

from engine.types import Visit
from engine.visits.heading import local
from engine.visits.marks import CONFIRMED, DIFFERS, NOT_FOUND, SUPPORTED

BULLETS = ("- ", "• ", "* ")
# The light theme's roles, dark enough for white paper.
COLOURS = {SUPPORTED: "1E7B45", DIFFERS: "8A5A00", NOT_FOUND: "B3261E", CONFIRMED: "0F6B6B"}
MUTED = "5A6470"


def page_line(visit: Visit) -> str:
    """What stands on every page, so that a single sheet can be told."""
    signed = "signed" if visit.signature is not None else "draft, not signed"
    return f"{visit.info.patient or 'Patient not named'} · visit of {local(visit.info.begun_at)} · {signed}"
