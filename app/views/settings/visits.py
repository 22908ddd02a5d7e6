"""Settings of visits: whether sound is kept, which microphone listens, and how notes are written."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.context import AppContext, OpenTemplates
from app.i18n import tr
from app.microphones import MICROPHONE, chosen_microphone
from app.views.settings.look import store
from app.views.settings.policy import change_policy
from app.views.settings.section import Choices, Section
from app.widgets.buttons import push_button
from app.widgets.labels import label
from app.widgets.layout import row, show_if
from engine.errors import UserError
from engine.types import Change, Microphone, Permission, Topic


class VisitsCard(Section):
    """The administrator decides about sound for everybody; the microphone belongs to this computer."""

    def __init__(self, context: AppContext) -> None:
        super().__init__(tr("Settings", "Visits"))
        self._context = context
        kept: Choices = [
            (tr("Settings", "Deleted when the note is signed"), False),
            (tr("Settings", "Kept"), True),
        ]
        words = tr("Settings", "Recordings of visits are")
        self.choice("keep_sound", words, kept, context.workspace.policy.get().keep_sound, self._set)
        self.choices["keep_sound"].setEnabled(context.may(Permission.CHANGE_POLICY))
        words = tr("Settings", "Microphone")
        self.choice("microphone", words, self._inputs([]), self._microphone(), self._set_microphone)
        self.hint = label("", "small", wrap=True)
        self.body.addWidget(self.hint)
        show_if(self.hint, False)
        open_page = context.navigation.open_page
        templates = push_button(
            tr("Settings", "Templates of notes …"), lambda: open_page("visits", OpenTemplates(style=False))
        )
        style = push_button(tr("Settings", "My style …"), lambda: open_page("visits", OpenTemplates(style=True)))
        self.body.addLayout(row(templates, style, 1))
        context.changes.changed.connect(self._on_change)
        self.load()

    def load(self) -> None:
        """Ask which microphones there are."""
        speech = self._context.workspace.speech
        self._context.operations.start(
            lambda _job: speech.microphones(), owner=self, on_success=self._offer, on_failure=self._say
        )

    def _offer(self, found: list[Microphone]) -> None:
        self.offer("microphone", self._inputs(found), self._microphone())
        words = "" if found else tr("Settings", "No microphone is connected.")
        self.hint.setText(words)
        show_if(self.hint, bool(words))

    def _inputs(self, found: list[Microphone]) -> Choices:
        """The system's, those that are there, and the chosen one should it be unplugged."""
        choices: Choices = [(tr("Settings", "As the system"), ""), *((each.name, each.id) for each in found)]
        chosen = self._microphone()
        if all(value != chosen for _words, value in choices):
            choices.append((tr("Settings", "The one chosen before (not connected)"), chosen))
        return choices

    def _say(self, error: UserError) -> None:
        self.hint.setText(str(error))
        show_if(self.hint, True)

    def _microphone(self) -> str:
        return chosen_microphone(self._context.settings)

    def _set_microphone(self, _name: str, value: Any) -> None:
        store(self._context, lambda now: replace(now, window=now.window | {MICROPHONE: str(value)}))

    def _set(self, name: str, value: Any) -> None:
        change_policy(self._context, self, lambda now: replace(now, **{name: value}), self._show)

    def _show(self) -> None:
        self.show_choice("keep_sound", self._context.workspace.policy.get().keep_sound)

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.POLICY:
            self._show()
