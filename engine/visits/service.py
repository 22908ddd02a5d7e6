"""The front of the visits service: from a consultation to a signed note."""

from __future__ import annotations

from engine.visits.listing import Listing
from engine.visits.signing import Signing
from engine.visits.transcribing import Transcribing


class Visits(Listing, Transcribing, Signing):
    """All visits of one workspace. Thread-safe; calls that take long say so and can be cancelled.

    Every act is one transaction with its entry in the record, tells of the change under Topic.VISITS, and returns the
    visit as it is then. Methods raise NotAllowed where the role of who is signed in does not allow what they do.
    """
