"""What else can be done with a visit: copy, save, print, look at versions, discard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.dialogs.confirm import confirmed
from app.dialogs.export import asked_export
from app.i18n import tr
from app.views.visits.printing import NotePrinter
from app.views.visits.versions import DifferenceView, VersionsView
from app.words.visits import patient_words
from engine.types import NoteFormat, Permission, SoundState, Visit, VisitState

if TYPE_CHECKING:
    from app.context import AppContext
    from app.views.visits.desk import Desk

_SUFFIXES = {NoteFormat.DOCX: ".docx", NoteFormat.PDF: ".pdf", NoteFormat.TEXT: ".txt", NoteFormat.FHIR: ".json"}


class MoreMenu(QObject):
    """templates_wanted: opens the templates (False) or the examples of style (True)."""

    def __init__(self, context: AppContext, desk: Desk, templates_wanted: Callable[[bool], object]) -> None:
        super().__init__(desk)
        self._context = context
        self._desk = desk
        self._it = desk.consultation
        self._templates_wanted = templates_wanted
        self._printer = NotePrinter(context, desk.view)
        desk.view.note.more_wanted.connect(self.open)

    def open(self) -> None:
        """Show the menu below its button."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        button = self._desk.view.note.more_button
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """The menu as it fits the visit that is shown."""
        menu = QMenu(self._desk.view)
        visit = self._it.visit
        if visit is not None and visit.note is not None:
            self._add_note(menu, visit)
        icon = self._context.theme.icon
        menu.addAction(icon("visit"), tr("Visits", "Templates …"), lambda: self._templates_wanted(False))
        menu.addAction(icon("quote"), tr("Visits", "My style …"), lambda: self._templates_wanted(True))
        if visit is not None:
            menu.addSeparator()
            self._add_ends(menu, visit)
        return menu

    def _add_note(self, menu: QMenu, visit: Visit) -> None:
        icon = self._context.theme.icon
        if self._it.editable and not self._it.recording_here:
            again = menu.addAction(icon("retry"), tr("Visits", "Write the whole note anew"), self._desk.acts.draft)
            _show_key(again, "Ctrl+D")
            again.setEnabled(bool(visit.transcript.utterances) and not self._it.work.busy(visit.info.id))
            redo = menu.addAction(tr("Visits", "Do it again"), lambda: self._desk.acts.step_back(undo=False))
            redo.setEnabled(visit.redoable)
            _show_key(redo, "Ctrl+Shift+Z")
            menu.addSeparator()
        _show_key(menu.addAction(icon("copy"), tr("Visits", "Copy the note"), self._desk.acts.copy), "Ctrl+Shift+C")
        if self._context.may(Permission.EXPORT):
            _show_key(menu.addAction(tr("Visits", "Print …"), self.print), "Ctrl+P")
            saving = menu.addMenu(icon("download"), tr("Visits", "Save as"))
            for words, kind in (
                (tr("Visits", "Word document (DOCX) …"), NoteFormat.DOCX),
                (tr("Visits", "PDF …"), NoteFormat.PDF),
                (tr("Visits", "Plain text …"), NoteFormat.TEXT),
                (tr("Visits", "For another system (FHIR) …"), NoteFormat.FHIR),
            ):
                saving.addAction(words, partial(self.export, kind))
        menu.addSeparator()
        menu.addAction(icon("clock"), tr("Visits", "Versions"), self.show_versions)
        menu.addAction(tr("Visits", "What I changed of the draft"), self.show_difference)
        menu.addSeparator()

    def _add_ends(self, menu: QMenu, visit: Visit) -> None:
        icon = self._context.theme.icon
        if visit.info.sound in (SoundState.KEPT, SoundState.INTERRUPTED) and not self._it.recording_here:
            menu.addAction(icon("trash"), tr("Visits", "Delete the recording …"), self.delete_sound)
        if visit.info.state is VisitState.DRAFT and not self._it.recording_here:
            menu.addAction(icon("trash"), tr("Visits", "Discard the visit"), self.discard)
        elif visit.info.state is VisitState.DISCARDED:
            menu.addAction(icon("undo"), tr("Visits", "Take it back"), self._desk.acts.restore)

    # acts

    def export(self, kind: NoteFormat) -> None:
        """Ask how and where to, and save the note."""
        visit = self._it.visit
        if visit is None:
            return
        self._desk.keep()
        visit_id, visits = visit.info.id, self._context.workspace.visits
        title, name = tr("Visits", "Save the note"), f"visit-{visit_id}"
        asked = asked_export(self._context, title, name + _SUFFIXES[kind], name, self._desk.view)
        if asked is None:
            return
        file, protection = asked
        self._it.calls.act(
            lambda: visits.export(visit_id, kind, file, protection),
            lambda _none: self._context.notices.toast(tr("Visits", "Saved “{name}”.", name=file.name)),
        )

    def print(self) -> None:
        """Ask for a printer, and print the note."""
        visit, visits = self._it.visit, self._context.workspace.visits
        if visit is not None and visit.note is not None and self._context.may(Permission.EXPORT):
            self._desk.keep()
            visit_id = visit.info.id
            self._it.calls.act(lambda: visits.text(visit_id), partial(self._printer.print, visit))

    def show_versions(self) -> None:
        """Show the stored versions of the note beside it."""
        visit = self._it.visit
        if visit is not None:
            view = VersionsView(self._context, visit.info.id)
            self._context.panel.show_widget(view, tr("Visits", "Versions"))
            view.setFocus()

    def show_difference(self) -> None:
        """Show what was changed of what the model wrote."""
        visit = self._it.visit
        if visit is not None:
            view = DifferenceView(self._context, visit.info.id)
            self._context.panel.show_widget(view, tr("Visits", "Changed of the draft"))
            view.setFocus()

    def discard(self) -> None:
        """Discard the visit; it can be taken back."""
        visit, visits = self._it.visit, self._context.workspace.visits
        if visit is None:
            return
        visit_id, name = visit.info.id, patient_words(visit.info)
        self._desk.keep()

        def told(_visit: Visit) -> None:
            words = tr("Visits", "Discarded “{name}”.", name=name)
            self._context.notices.toast(words, lambda: self._it.calls.act(lambda: visits.restore(visit_id)))

        self._it.act(visits.discard, told)

    def delete_sound(self) -> None:
        """Ask once, and delete the recording."""
        visit, visits = self._it.visit, self._context.workspace.visits
        if visit is not None and confirmed(
            tr("Visits", "Delete the recording of “{name}”?", name=patient_words(visit.info)),
            tr("Visits", "The transcript stays. What was said cannot be heard again."),
            tr("Visits", "Delete"),
            self._desk.view,
        ):
            self._it.act(visits.delete_sound)


def _show_key(action: QAction, keys: str) -> None:
    """Behind the words: the key itself is the page's, which works while no menu is open."""
    action.setText(f"{action.text()}\t{QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)}")
