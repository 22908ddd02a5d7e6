"""The Activity page: who did what, and that nobody has changed the record of it."""

from app.views.activity.page import ActivityPage

__all__ = ["ActivityPage"]
