"""The Settings page: look, answers, storage, lock, about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QGridLayout

from app.context import AppContext, OpenUpdate
from app.dialogs.about import AboutDialog
from app.dialogs.passphrase import PassphraseDialog
from app.i18n import tr
from app.views.page import Page
from app.views.update_card import UpdateCard
from app.widgets.buttons import push_button
from app.widgets.drop import DropTarget
from app.widgets.keychain_choice import KeychainChoice
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_L, SPACE_M, SPACE_XL, Card, ScrollColumn, row
from engine.errors import UserError
from engine.settings import Settings

Choices = list[tuple[str, Any]]


class SettingsPage(Page):
    """Every choice takes effect and is stored at once; there is no button to save."""

    key = "settings"
    icon = "settings"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.choices: dict[str, QComboBox] = {}
        scroll = ScrollColumn(max_width=760)
        scroll.body.addWidget(label(self.title(), "title"))
        self.updates = UpdateCard(context)
        self.updates.restart_asked.connect(context.navigation.restart)
        self.updates.turned.connect(self._show_updates)
        cards = (self._appearance(), self._assistant(), self._lock(), self._storage(), self.updates, self._about())
        for card in cards:
            scroll.body.addWidget(card)
        scroll.body.addStretch(1)
        self.column = scroll
        self.outer.addWidget(scroll)
        if self.updates.copy.updates:
            self.drop = DropTarget(context.theme, self, tr("Settings", "Drop an update file here"))
            self.drop.dropped.connect(lambda files: self._open_update(files[0]))

    @classmethod
    def title(cls) -> str:
        return tr("Settings", "Settings")

    def activate(self, target: object | None) -> None:
        self.choices["theme"].setFocus()
        self.keychain.load()
        if isinstance(target, OpenUpdate):
            self._open_update(target.file)

    def _open_update(self, file: Path) -> None:
        self.updates.open(file)
        self._show_updates()

    def _show_updates(self) -> None:
        """Bring the card into view, once the page has been laid out with what it shows now."""
        QTimer.singleShot(0, self.updates, lambda: self.column.ensureWidgetVisible(self.updates, 0, SPACE_L))

    def _appearance(self) -> Card:
        card, grid = _section(tr("Settings", "Appearance"))
        themes: Choices = [
            (tr("Settings", "As the system"), "system"),
            (tr("Settings", "Light"), "light"),
            (tr("Settings", "Dark"), "dark"),
        ]
        sizes: Choices = [(f"{percent} %", percent / 100) for percent in (100, 125, 150)]
        now = self.context.settings.get().appearance
        self._choice(grid, "theme", tr("Settings", "Colours"), themes, now.theme, self._set_appearance)
        self._choice(grid, "font_scale", tr("Settings", "Text size"), sizes, now.font_scale, self._set_appearance)
        return card

    def _assistant(self) -> Card:
        card, grid = _section(tr("Settings", "Answers"))
        lengths: Choices = [
            (tr("Settings", "Recommended"), None),
            (tr("Settings", "Short (up to about 150 words)"), 200),
            (tr("Settings", "Medium (up to about 350 words)"), 500),
            (tr("Settings", "Long (up to about 700 words)"), 1000),
        ]
        passages: Choices = [(tr("Settings", "Recommended"), None)] + [
            (tr("Settings", "{count} passages", count=count), count) for count in (3, 5, 8, 12)
        ]
        wording: Choices = [
            (tr("Settings", "Recommended"), None),
            (tr("Settings", "Exact: the same question gives the same answer"), 0.0),
            (tr("Settings", "Freer wording"), 0.5),
        ]
        now = self.context.settings.get().assistant
        change = self._set_assistant
        self._choice(grid, "max_tokens", tr("Settings", "Length"), lengths, now.max_tokens, change)
        self._choice(grid, "passages", tr("Settings", "Passages read per question"), passages, now.passages, change)
        self._choice(grid, "temperature", tr("Settings", "Wording"), wording, now.temperature, change)
        card.body.addWidget(label(tr("Settings", "More passages make answers slower."), "small", wrap=True))
        return card

    def _lock(self) -> Card:
        card, grid = _section(tr("Settings", "Lock"))
        minutes: Choices = [(tr("Settings", "{minutes} minutes", minutes=count), count) for count in (5, 15, 30, 60)]
        minutes.append((tr("Settings", "Never"), 0))
        now = self.context.settings.get().locks.auto_lock_minutes
        words = tr("Settings", "Lock when nobody used it for")
        self._choice(grid, "auto_lock_minutes", words, minutes, now, self._set_lock)
        self.keychain = KeychainChoice(self.context)
        card.body.addWidget(self.keychain)
        change = push_button(tr("Settings", "Change the passphrase …"), self._change_passphrase)
        card.body.addLayout(row(change, push_button(tr("Settings", "Lock now"), self.context.navigation.lock), 1))
        return card

    def _storage(self) -> Card:
        card, grid = _section(tr("Settings", "Storage"))
        paths = self.context.workspace.paths
        places = ((tr("Settings", "Workspace (encrypted)"), paths.data), (tr("Settings", "Models"), paths.models))
        for at, (words, folder) in enumerate(places):
            shown = ElidedLabel(str(folder), "muted")
            button = push_button(tr("Settings", "Open folder"), _opener(str(folder)), role="link")
            button.setAccessibleName(tr("Settings", "Open folder: {name}", name=words))
            grid.addWidget(label(words), at, 0)
            grid.addLayout(row(shown, button), at, 1)
        return card

    def _about(self) -> Card:
        card, _grid = _section(tr("Settings", "About"))
        words = tr("Settings", "Chartside works on this computer alone and sends nothing anywhere.")
        card.body.addWidget(label(words, "muted", wrap=True))
        show = push_button(tr("Settings", "Version and licences …"), self._show_about)
        card.body.addLayout(row(show, 1))
        return card

    def _choice(  # noqa: PLR0917 - a table of choices reads best in one line each
        self, grid: QGridLayout, name: str, words: str, choices: Choices, now: Any, change: Callable[[str, Any], None]
    ) -> None:
        """A named list of choices; a stored value that is none of them is shown as its own entry."""
        box = QComboBox()
        box.setAccessibleName(words)
        if all(value != now for _text, value in choices):
            choices = [*choices, (str(now), now)]
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(next(at for at, (_text, value) in enumerate(choices) if value == now))
        box.activated.connect(lambda at: change(name, choices[at][1]))
        caption = label(words)
        caption.setBuddy(box)
        at = grid.rowCount()
        grid.addWidget(caption, at, 0)
        grid.addWidget(box, at, 1)
        self.choices[name] = box

    def _set_appearance(self, name: str, value: Any) -> None:
        self._store(lambda now: _with(now, "appearance", name, value))
        look = self.context.settings.get().appearance
        self.context.theme.set_look(look.theme, look.font_scale)

    def _set_assistant(self, name: str, value: Any) -> None:
        self._store(lambda now: _with(now, "assistant", name, value))

    def _set_lock(self, name: str, value: Any) -> None:
        self._store(lambda now: _with(now, "locks", name, value))

    def _store(self, change: Callable[[Settings], Settings]) -> None:
        try:
            self.context.settings.update(change)
        except UserError as error:
            self.context.notices.error(error)

    def _change_passphrase(self) -> None:
        dialog = PassphraseDialog(self.context, self.window())
        if dialog.exec() == PassphraseDialog.DialogCode.Accepted:
            self.context.notices.toast(tr("Settings", "The passphrase was changed."))

    def _show_about(self) -> None:
        AboutDialog(self.context, self.window()).exec()


def _with(settings: Settings, part: str, name: str, value: Any) -> Settings:
    """The settings with one value of one part changed."""
    changed = msgspec.structs.replace(getattr(settings, part), **{name: value})
    return msgspec.structs.replace(settings, **{part: changed})


def _section(title: str) -> tuple[Card, QGridLayout]:
    card = Card()
    card.body.addWidget(label(title, "heading"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_XL)
    grid.setVerticalSpacing(SPACE_M)
    # The same in every card, so that the choices stand below each other.
    grid.setColumnMinimumWidth(0, card.fontMetrics().averageCharWidth() * 34)
    grid.setColumnStretch(1, 1)
    card.body.addLayout(grid)
    card.body.setSpacing(SPACE_L)
    return card, grid


def _opener(folder: str) -> Callable[[], object]:
    return lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder))
