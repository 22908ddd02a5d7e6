"""Named colour roles: the only place where the window's colours come from."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from importlib.resources import files

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Palette:
    """One theme's colours as "#rrggbb" by role; read from resources/themes/<name>.json.

    surface: page. raised: cards, fields. sunken: sidebar, status bar. *_soft: tinted backgrounds for text of that role.
    none: the mark of "nothing claimed". border: separators. border_strong: outlines of controls. mark: marked passages.
    """

    surface: str
    raised: str
    sunken: str
    hover: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    none: str
    border: str
    border_strong: str
    selection: str
    on_selection: str
    mark: str
    focus: str
    scroll: str

    @classmethod
    def load(cls, name: str) -> Palette:
        """Read a palette. Raises TypeError where the file's roles are not exactly the ones above."""
        roles: dict[str, str] = json.loads((files("resources") / "themes" / f"{name}.json").read_text("utf-8"))
        return cls(**roles)

    def roles(self) -> dict[str, str]:
        """Every role with its colour."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def hex(self, role: str) -> str:
        """A role's colour as "#rrggbb"; a ValueError names an unknown role."""
        try:
            return self.roles()[role]
        except KeyError:
            raise ValueError(f"no colour role named {role!r}") from None

    def color(self, role: str) -> QColor:
        return QColor(self.hex(role))

    def to_qt(self) -> QPalette:
        """The palette that the widget style paints with where no style sheet rule speaks."""
        group, role = QPalette.ColorGroup, QPalette.ColorRole
        qt = QPalette()
        active = {
            role.Window: self.surface,
            role.WindowText: self.text,
            role.Base: self.raised,
            role.AlternateBase: self.sunken,
            role.Text: self.text,
            role.PlaceholderText: self.muted,
            role.Button: self.raised,
            role.ButtonText: self.text,
            role.BrightText: self.on_accent,
            role.ToolTipBase: self.raised,
            role.ToolTipText: self.text,
            role.Highlight: self.selection,
            role.HighlightedText: self.on_selection,
            role.Accent: self.accent,
            role.Link: self.accent,
            role.LinkVisited: self.accent,
            role.Light: self.raised,
            role.Midlight: self.border,
            role.Mid: self.border_strong,
            role.Dark: self.border_strong,
            role.Shadow: self.border_strong,
        }
        for each, value in active.items():
            qt.setColor(each, QColor(value))
        for each in (role.WindowText, role.Text, role.ButtonText):
            qt.setColor(group.Disabled, each, QColor(self.none))
        return qt


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two "#rrggbb" colours, 1 to 21 (WCAG 2.1, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
