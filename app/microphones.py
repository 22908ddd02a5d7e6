"""Which microphone this computer listens with."""

from __future__ import annotations

from engine.settings import SettingsStore

MICROPHONE = "microphone"
"""Its name in what this computer remembers of the window."""


def chosen_microphone(settings: SettingsStore) -> str:
    """The id of the microphone that was chosen; "" for the one of the system."""
    return settings.get().window.get(MICROPHONE, "")
