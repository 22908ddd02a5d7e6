"""Adding a person, renaming one, and giving one a new passphrase."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import tr
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel
from app.widgets.labels import label
from app.widgets.layout import row
from app.words.people import role_meaning, role_words
from engine.errors import UserError
from engine.types import Role, User

# Easy to read out and to type, hard to mistake for each other.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # pragma: allowlist secret


def first_passphrase() -> str:
    """Something to hand over on a slip of paper: 15 random characters in groups, of about 74 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3))
    return "-".join(groups)


class _ActDialog(Dialog):
    """A dialog whose button calls the engine; it stays open, with what was typed, until that went well."""

    def __init__(self, context: AppContext, title: str, act: str, parent: QWidget | None) -> None:
        super().__init__(title, parent)
        self._context = context
        self.error = ErrorPanel(context.theme)
        self.body.addWidget(self.error)
        self.add_button(push_button(tr("Person", "Cancel"), self.reject))
        self.act = self.add_button(push_button(act, self._submit, role="primary"), default=True)

    def work(self) -> Callable[[], object]:
        """What the button does, with what was typed until now."""
        raise NotImplementedError

    def add_field(self, words: str, field: QWidget) -> None:
        field.setAccessibleName(words)
        self.body.addWidget(label(words, "heading"))
        self.body.addWidget(field)

    def _submit(self) -> None:
        work = self.work()
        self.act.setEnabled(False)
        self.error.hide()
        self._context.operations.start(
            lambda _job: work(), owner=self, on_success=lambda _done: self.accept(), on_failure=self._failed
        )

    def _failed(self, error: UserError) -> None:
        self.act.setEnabled(True)
        self.error.show_error(error)


class _PassphraseLine(QWidget):
    """A first passphrase that is shown, to be written on a slip of paper; another one can be had, or typed."""

    def __init__(self) -> None:
        super().__init__()
        self.field = QLineEdit(first_passphrase())
        self.field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.field.setAccessibleName(tr("Person", "First passphrase"))
        self.another = push_button(tr("Person", "Another"), lambda: self.field.setText(first_passphrase()))
        self.setLayout(row(self.field, self.another, widest=self.field))
        self.setFocusProxy(self.field)


class AddPersonDialog(_ActDialog):
    """Asks for name, role and first passphrase."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        super().__init__(context, tr("Person", "Add a person"), tr("Person", "Add"), parent)
        self.name = QLineEdit()
        self.role = QComboBox()
        for role in Role:
            self.role.addItem(role_words(role), role)
        self.role.setCurrentIndex(list(Role).index(Role.CLINICIAN))
        self.meaning = label("", "small", wrap=True)
        self.passphrase = _PassphraseLine()
        self.add_field(tr("Person", "Name to sign in with"), self.name)
        self.add_field(tr("Person", "Role"), self.role)
        self.body.addWidget(self.meaning)
        self.add_field(tr("Person", "First passphrase"), self.passphrase)
        self.body.addWidget(label(_hand_over(), "small", wrap=True))
        self.role.currentIndexChanged.connect(self._show_meaning)
        self.name.textEdited.connect(self._check)
        self._show_meaning()
        self._check()
        self.name.setFocus()

    def work(self) -> Callable[[], object]:
        people, name, passphrase = self._context.workspace.people, self.name.text(), self.passphrase.field.text()
        role = Role(self.role.currentData())
        return lambda: people.add(name, role, passphrase)

    def _show_meaning(self) -> None:
        self.meaning.setText(role_meaning(Role(self.role.currentData())))

    def _check(self) -> None:
        self.act.setEnabled(bool(self.name.text().strip()))


class NewPassphraseDialog(_ActDialog):
    """Gives somebody a new first passphrase; enable: somebody who was disabled."""

    def __init__(self, context: AppContext, user: User, *, enable: bool, parent: QWidget | None) -> None:
        title = tr("Person", "Enable {name}", name=user.name) if enable else ""
        title = title or tr("Person", "New passphrase for {name}", name=user.name)
        super().__init__(context, title, tr("Person", "Enable") if enable else tr("Person", "Set it"), parent)
        self._user, self._enable = user, enable
        self.passphrase = _PassphraseLine()
        self.add_field(tr("Person", "First passphrase"), self.passphrase)
        self.body.addWidget(label(_hand_over(), "small", wrap=True))
        self.act.setFocus()

    def work(self) -> Callable[[], object]:
        people, passphrase, user_id = self._context.workspace.people, self.passphrase.field.text(), self._user.id
        if self._enable:
            return lambda: people.enable(user_id, passphrase)
        return lambda: people.reset_passphrase(user_id, passphrase)


class RenameDialog(_ActDialog):
    """Asks for another name."""

    def __init__(self, context: AppContext, user: User, parent: QWidget | None) -> None:
        super().__init__(context, tr("Person", "Rename {name}", name=user.name), tr("Person", "Rename"), parent)
        self._user = user
        self.name = QLineEdit(user.name)
        self.add_field(tr("Person", "Name to sign in with"), self.name)
        self.name.selectAll()
        self.name.setFocus()

    def work(self) -> Callable[[], object]:
        people, name, user_id = self._context.workspace.people, self.name.text(), self._user.id
        return lambda: people.rename(user_id, name)


def _hand_over() -> str:
    return tr("Person", "Write it down and hand it over. It is changed at the first sign-in, and not shown again.")
