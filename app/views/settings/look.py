"""Settings of the look and of answers, and where things are stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.context import AppContext
from app.i18n import tr
from app.views.settings.section import Choices, Section
from app.widgets.buttons import push_button
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import row
from engine.errors import UserError
from engine.settings import Settings


class AppearanceCard(Section):
    """Colours and text size; they take effect at once."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Settings", "Appearance"))
        self._context = context
        themes: Choices = [
            (tr("Settings", "As the system"), "system"),
            (tr("Settings", "Light"), "light"),
            (tr("Settings", "Dark"), "dark"),
        ]
        sizes: Choices = [(f"{percent} %", percent / 100) for percent in (100, 125, 150)]
        now = context.settings.get().appearance
        self.choice("theme", tr("Settings", "Colours"), themes, now.theme, self._set)
        self.choice("font_scale", tr("Settings", "Text size"), sizes, now.font_scale, self._set)

    def _set(self, name: str, value: Any) -> None:
        store(self._context, lambda now: _with(now, "appearance", name, value))
        look = self._context.settings.get().appearance
        self._context.theme.set_look(look.theme, look.font_scale)


class AnswersCard(Section):
    """How long answers are, and how much is read for them."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Settings", "Answers"))
        self._context = context
        recommended = tr("Settings", "Recommended")
        lengths: Choices = [
            (recommended, None),
            (tr("Settings", "Short (up to about 150 words)"), 200),
            (tr("Settings", "Medium (up to about 350 words)"), 500),
            (tr("Settings", "Long (up to about 700 words)"), 1000),
        ]
        passages: Choices = [(recommended, None)] + [
            (tr("Settings", "{count} passages", count=count), count) for count in (3, 5, 8, 12)
        ]
        wording: Choices = [
            (recommended, None),
            (tr("Settings", "Exact: the same question gives the same answer"), 0.0),
            (tr("Settings", "Freer wording"), 0.5),
        ]
        now = context.settings.get().assistant
        self.choice("max_tokens", tr("Settings", "Length"), lengths, now.max_tokens, self._set)
        self.choice("passages", tr("Settings", "Passages read per question"), passages, now.passages, self._set)
        self.choice("temperature", tr("Settings", "Wording"), wording, now.temperature, self._set)
        self.body.addWidget(label(tr("Settings", "More passages make answers slower."), "small", wrap=True))

    def _set(self, name: str, value: Any) -> None:
        store(self._context, lambda now: _with(now, "assistant", name, value))


class StorageCard(Section):
    """Where the workspace and the models are."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Settings", "Storage"))
        paths = context.workspace.paths
        places = ((tr("Settings", "Workspace (encrypted)"), paths.data), (tr("Settings", "Models"), paths.models))
        for at, (words, folder) in enumerate(places):
            shown = ElidedLabel(str(folder), "muted")
            button = push_button(tr("Settings", "Open folder"), _opener(str(folder)), role="link")
            button.setAccessibleName(tr("Settings", "Open folder: {name}", name=words))
            self.grid.addWidget(label(words), at, 0)
            self.grid.addLayout(row(shown, button), at, 1)


def store(context: AppContext, change: Callable[[Settings], Settings]) -> None:
    """Change this computer's settings; what fails is told."""
    try:
        context.settings.update(change)
    except UserError as error:
        context.notices.error(error)


def _with(settings: Settings, part: str, name: str, value: Any) -> Settings:
    """The settings with one value of one part changed."""
    changed = msgspec.structs.replace(getattr(settings, part), **{name: value})
    return msgspec.structs.replace(settings, **{part: changed})


def _opener(folder: str) -> Callable[[], object]:
    return lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
