"""The Settings page: what this person, and what an administrator, may choose."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QWidget

from app.context import AppContext, OpenUpdate, ShowCard
from app.dialogs.about import AboutDialog
from app.i18n import tr
from app.views.page import Page
from app.views.settings.account import AccountCard, LockCard
from app.views.settings.backup import BackupCard
from app.views.settings.integrity import IntegrityCard
from app.views.settings.look import AnswersCard, AppearanceCard, StorageCard
from app.views.settings.people import PeopleCard
from app.views.settings.recovery import RecoveryCard
from app.views.settings.section import Section
from app.views.settings.visits import VisitsCard
from app.views.update_card import UpdateCard
from app.widgets.buttons import push_button
from app.widgets.drop import DropTarget
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, Card, ScrollColumn, row
from engine.types import Permission


class SettingsPage(Page):
    """Every choice takes effect and is stored at once; there is no button to save. cards: by their names."""

    key = "settings"
    icon = "settings"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self.choices: dict[str, QComboBox] = {}
        self.cards: dict[str, Card] = {}
        self.column = ScrollColumn(max_width=760)
        self.column.body.addWidget(label(self.title(), "title"))
        self.account = AccountCard(context)
        self.keychain = self.account.keychain
        self.updates = UpdateCard(context) if context.may(Permission.UPDATE_PROGRAM) else None
        for name, card in self._made().items():
            self.cards[name] = card
            self.column.body.addWidget(card)
            if isinstance(card, Section):
                self.choices |= card.choices
        self.column.body.addStretch(1)
        self.outer.addWidget(self.column)
        if self.updates is not None:
            self._listen_to(self.updates)

    @classmethod
    def title(cls) -> str:
        return tr("Settings", "Settings")

    def activate(self, target: object | None) -> None:
        if not isinstance(target, ShowCard):
            self.choices["theme"].setFocus()
        self.account.load()
        if isinstance(target, OpenUpdate) and self.updates is not None:
            self._open_update(target.file)
        elif isinstance(target, ShowCard) and target.card in self.cards:
            self._show_card(self.cards[target.card], take_focus=True)

    def _made(self) -> dict[str, Card]:
        """The cards that who is signed in has, in their order."""
        context = self.context
        cards: dict[str, Card] = {
            "appearance": AppearanceCard(context),
            "answers": AnswersCard(context),
            "account": self.account,
            "lock": LockCard(context),
        }
        if context.may(Permission.WRITE_NOTES):
            cards["visits"] = VisitsCard(context)
        if context.may(Permission.MANAGE_PEOPLE):
            cards["people"] = PeopleCard(context)
            cards["recovery"] = RecoveryCard(context)
        if context.may(Permission.BACK_UP):
            cards["backup"] = BackupCard(context)
            cards["integrity"] = IntegrityCard(context)
        cards["storage"] = StorageCard(context)
        if self.updates is not None:
            cards["updates"] = self.updates
        return cards | {"about": self._about()}

    def _listen_to(self, updates: UpdateCard) -> None:
        updates.restart_asked.connect(self.context.navigation.restart)
        updates.turned.connect(lambda: self._show_card(updates))
        if updates.copy.updates:
            self.drop = DropTarget(self.context.theme, self, tr("Settings", "Drop an update file here"))
            self.drop.dropped.connect(lambda files: self._open_update(files[0]))

    def _open_update(self, file: Path) -> None:
        if self.updates is not None:
            self.updates.open(file)
            self._show_card(self.updates)

    def _show_card(self, card: QWidget, *, take_focus: bool = False) -> None:
        """Bring a card into view, once the page has been laid out with what it shows now."""

        def show() -> None:
            if take_focus:
                card.setFocus()
                card.focusNextChild()
                self.column.verticalScrollBar().setValue(card.geometry().top() - SPACE_L)
            else:
                self.column.ensureWidgetVisible(card, 0, SPACE_L)

        QTimer.singleShot(0, card, show)

    def _about(self) -> Section:
        card = Section(tr("Settings", "About"))
        words = tr("Settings", "Chartside works on this computer alone and sends nothing anywhere.")
        card.body.addWidget(label(words, "muted", wrap=True))
        show = push_button(tr("Settings", "Version and licences …"), self._show_about)
        card.body.addLayout(row(show, 1))
        return card

    def _show_about(self) -> None:
        AboutDialog(self.context, self.window()).exec()
