"""The Ask page."""

from app.views.ask.page import AskPage

__all__ = ["AskPage"]
