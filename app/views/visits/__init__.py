"""The Visits page: from a consultation to a signed note."""

from app.views.visits.page import VisitsPage

__all__ = ["VisitsPage"]
