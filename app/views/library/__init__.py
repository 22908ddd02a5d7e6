"""The Library page."""

from app.views.library.page import LibraryPage

__all__ = ["LibraryPage"]
