"""Desktop client of Chartside (PySide6)."""
