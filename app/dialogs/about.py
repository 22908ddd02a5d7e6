"""Version and licences: Chartside's own and those of everything it is made of, with every text, searchable."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QSplitter, QWidget

from app.context import AppContext
from app.dialogs.base import Dialog
from app.i18n import counted, day_text, tr
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import SPACE_M, column
from engine.licences import Component, Licences, load

_TEXT_WIDTH, _HEIGHT = 880, 420


class AboutDialog(Dialog):
    """A list of parts and, beside it, the notice and the licence texts of the one chosen; read off the GUI thread."""

    def __init__(self, context: AppContext, parent: QWidget | None) -> None:
        copy = context.workspace.updates.copy()
        super().__init__(tr("About", "Chartside {version}", version=copy.version), parent, width=_TEXT_WIDTH)
        self._licences = Licences([], {})
        intro = tr("About", "A private assistant for clinics. Free software under the Apache License 2.0.")
        if copy.built:
            intro += " " + tr("About", "Built on {day}.", day=day_text(copy.built))
        self.body.addWidget(label(intro, wrap=True))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("About", "Search parts, licences and texts"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("About", "What Chartside is made of"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self.count = label("", "small")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("About", "Licence"))
        left = QWidget()
        beside = column(self.search, self.list, self.count, spacing=SPACE_M)
        beside.setContentsMargins(0, 0, 0, 0)
        left.setLayout(beside)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.addWidget(left)
        halves.addWidget(self.text)
        halves.setSizes([_TEXT_WIDTH * 2 // 5, _TEXT_WIDTH * 3 // 5])
        halves.setMinimumHeight(context.theme.scaled(_HEIGHT))
        self.body.addWidget(halves, 1)
        self.add_button(push_button(tr("About", "Close"), self.accept, role="primary"), default=True)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        self.search.setFocus()
        context.operations.start(lambda _job: load(), owner=self, on_success=self._fill)

    def _fill(self, licences: Licences) -> None:
        self._licences = licences
        for component in licences.components:
            item = QListWidgetItem(f"{component.name} {component.version}\n{component.licence}".strip())
            item.setData(Qt.ItemDataRole.UserRole, component)
            item.setToolTip(component.licence)
            self.list.addItem(item)
        self._filter(self.search.text())

    def _filter(self, words: str) -> None:
        """Show the parts that hold every word in name or licence, or the whole of them in a text."""
        wanted = words.casefold().split()
        whole = words.casefold().strip()
        texts = {key for key, text in self._licences.texts.items() if len(whole) > 2 and whole in text.casefold()}
        shown = 0
        for at in range(self.list.count()):
            item = self.list.item(at)
            component = item.data(Qt.ItemDataRole.UserRole)
            said = " ".join((component.name, component.version, component.licence, component.notice)).casefold()
            fits = all(word in said for word in wanted) or bool(texts & set(component.texts))
            item.setHidden(not fits)
            shown += fits
        self.count.setText(counted("About", "{count} part", "{count} parts", shown))
        current = self.list.currentItem()
        if current is None or current.isHidden():
            rows = (at for at in range(self.list.count()) if not self.list.item(at).isHidden())
            self.list.setCurrentRow(next(rows, -1))

    def _show_chosen(self) -> None:
        item = self.list.currentItem()
        self.text.setPlainText(
            "" if item is None else page_of(item.data(Qt.ItemDataRole.UserRole), self._licences.texts)
        )


def page_of(component: Component, texts: dict[str, str]) -> str:
    """What is shown of one part: what it is, what has to be said, and every text."""
    facts = [f"{component.name} {component.version}".strip()]
    if component.licence:
        facts.append(tr("About", "Licence: {licence}", licence=component.licence))
    if component.home:
        facts.append(component.home)
    if component.source:
        facts.append(tr("About", "Source: {place}", place=component.source))
    pieces = ["\n".join(facts)]
    if component.notice:
        pieces.append(component.notice)
    pieces += [texts[key].strip() for key in component.texts]
    return f"\n\n{'─' * 40}\n\n".join(pieces)
