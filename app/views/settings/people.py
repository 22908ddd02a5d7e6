"""Settings, "People": who may sign in, and as what."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QMenu

from app.context import AppContext
from app.dialogs.confirm import confirmed
from app.dialogs.person import AddPersonDialog, NewPassphraseDialog, RenameDialog
from app.i18n import tr
from app.widgets.buttons import IconButton, push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_L, SPACE_M, Card, clear, row
from app.words.people import role_words, state_words
from engine.errors import UserError
from engine.types import Change, Role, Topic, User


class PeopleCard(Card):
    """One line per person: name, role, when they were last here, and a menu. roles, menus: by the person's id."""

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self._context = context
        self.users: list[User] = []
        self.roles: dict[str, QComboBox] = {}
        self.menus: dict[str, IconButton] = {}
        self.error = ErrorPanel(context.theme, on_retry=self.load)
        self.add = push_button(tr("People", "Add a person …"), self.add_person)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(SPACE_M)
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(2, 4)
        self.body.setSpacing(SPACE_L)
        self.body.addWidget(label(tr("People", "People"), "heading"))
        words = tr(
            "People", "Each person has a passphrase of their own, and what they do is recorded under their name."
        )
        self.body.addWidget(label(words, "muted", wrap=True))
        self.body.addWidget(self.error)
        self.body.addLayout(self._grid)
        self.body.addLayout(row(self.add, 1))
        context.changes.changed.connect(self._on_change)
        self.load()

    def load(self) -> None:
        """Ask the workspace who there is."""
        people = self._context.workspace.people
        self.error.hide()
        self._context.operations.start(
            lambda _job: people.list(), owner=self, on_success=self._show, on_failure=self.error.show_error
        )

    def add_person(self) -> None:
        """Ask for a new person."""
        dialog = AddPersonDialog(self._context, self.window())
        if dialog.exec() == AddPersonDialog.DialogCode.Accepted:
            words = tr("People", "{name} can sign in now.", name=dialog.name.text().strip())
            self._context.notices.toast(words)

    def menu_of(self, user: User) -> QMenu:
        """What can be done with somebody; one cannot lock oneself out."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        own = user.id == self._context.workspace.actor.id
        self._entry(menu, "edit", tr("People", "Rename …"), lambda: self._rename(user))
        if user.disabled_at:
            self._entry(menu, "unlock", tr("People", "Enable …"), lambda: self._new_passphrase(user, enable=True))
        elif not own:
            words = tr("People", "Set a new passphrase …")
            self._entry(menu, "key", words, lambda: self._new_passphrase(user, enable=False))
            self._entry(menu, "cross", tr("People", "Disable …"), lambda: self._disable(user))
        return menu

    def _entry(self, menu: QMenu, icon: str, words: str, act: Callable[[], object]) -> None:
        menu.addAction(self._context.theme.icon(icon), words).triggered.connect(lambda _checked=False: act())

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.PEOPLE:
            self.load()

    def _show(self, users: list[User]) -> None:
        focused = next((key for key, button in self.menus.items() if button.hasFocus()), "")
        clear(self._grid)
        self.users = users
        self.roles.clear()
        self.menus.clear()
        for at, user in enumerate(users):
            self._line(at, user)
        if focused in self.menus:
            self.menus[focused].setFocus()

    def _line(self, at: int, user: User) -> None:
        name = ElidedLabel(user.name, "muted" if user.disabled_at else "")
        role = QComboBox()
        for each in Role:
            role.addItem(role_words(each), each)
        role.setCurrentIndex(list(Role).index(user.role))
        role.setAccessibleName(tr("People", "Role of {name}", name=user.name))
        role.setEnabled(not user.disabled_at)
        role.activated.connect(lambda index: self._set_role(user, Role(role.itemData(index))))
        state = ElidedLabel(state_words(user), "small")
        more = IconButton(self._context.theme, "more", tr("People", "More for {name}", name=user.name))
        more.clicked.connect(lambda _checked=False: self._popup(user, more))
        self.roles[user.id], self.menus[user.id] = role, more
        for column, widget in enumerate((name, role, state, more)):
            self._grid.addWidget(widget, at, column, Qt.AlignmentFlag.AlignVCenter)

    def _popup(self, user: User, button: IconButton) -> None:
        self.menu_of(user).popup(button.mapToGlobal(QPoint(0, button.height())))

    def _set_role(self, user: User, role: Role) -> None:
        people = self._context.workspace.people
        if role is not user.role:
            self._act(lambda: people.set_role(user.id, role))

    def _rename(self, user: User) -> None:
        RenameDialog(self._context, user, self.window()).exec()

    def _new_passphrase(self, user: User, *, enable: bool) -> None:
        dialog = NewPassphraseDialog(self._context, user, enable=enable, parent=self.window())
        if dialog.exec() == NewPassphraseDialog.DialogCode.Accepted:
            self._context.notices.toast(tr("People", "{name} can sign in with it now.", name=user.name))

    def _disable(self, user: User) -> None:
        people = self._context.workspace.people
        question = tr("People", "Disable {name}?", name=user.name)
        consequence = tr("People", "They cannot sign in any more. What they did stays. They can be enabled again.")
        if confirmed(question, consequence, tr("People", "Disable"), self.window()):
            self._act(lambda: people.disable(user.id))

    def _act(self, work: Callable[[], object]) -> None:
        def failed(error: UserError) -> None:
            self._context.notices.error(error)
            self.load()

        self._context.operations.start(lambda _job: work(), owner=self, on_failure=failed)
