"""Models in the reader's words."""

from __future__ import annotations

from app.i18n import tr
from engine.types import ModelInfo


def purpose_words(model: ModelInfo) -> str:
    """What a model is for."""
    return {
        "embedding": tr("Models", "finds passages"),
        "speech": tr("Models", "writes down what is said"),
    }.get(model.kind, tr("Models", "writes answers and notes"))
