"""One model on the Models page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.dialogs.confirm import confirmed
from app.i18n import size_text, tr
from app.widgets.buttons import push_button
from app.widgets.feedback import ThemedIcon
from app.widgets.fetch_line import FetchActions
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_S, Card, column, row, show_if
from app.words.models import purpose_words
from engine.types import ModelInfo, ModelState

_ALWAYS_USED = ("embedding", "speech")


class ModelCard(Card):
    """Name, what it is good for, size, licence, whether it fits, and what can be done with it."""

    def __init__(self, context: AppContext, model: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._model = model
        self.name = ElidedLabel(model.name, "heading")
        self.used = label(tr("Models", "in use"), "chip-accent")
        self.facts = label("", "small", wrap=True)
        self.summary = label("", wrap=True)
        self.fit_mark = ThemedIcon(context.theme, "check", "ok", 16)
        self.fit = label("", "small", wrap=True)
        self.use_button = push_button(tr("Models", "Use"), self._use)
        self.remove_button = push_button(tr("Models", "Remove …"), self._remove, role="link")
        self.fetch = FetchActions(context, model, self)
        buttons = (self.remove_button, self.use_button, self.fetch.discard, self.fetch.button)
        self.body.addLayout(row(self.name, self.used, *buttons, widest=self.name))
        self.body.addWidget(self.summary)
        fit = row(self.fit_mark, self.fit, 1)
        fit.setStretchFactor(self.fit, 100)
        self.body.addLayout(column(self.facts, fit, spacing=SPACE_S))
        self.body.addWidget(self.fetch)
        self.show_model(model)

    def show_model(self, model: ModelInfo) -> None:
        """Show a newer state of the model."""
        self._model = model
        installed = model.state is ModelState.INSTALLED
        self.setAccessibleName(model.name)
        self.name.setText(model.name)
        self.summary.setText(model.summary)
        show_if(self.summary, bool(model.summary))
        facts = [size_text(model.size), purpose_words(model), model.licence]
        if model.shipped:
            facts.append(tr("Models", "came with Chartside"))
        self.facts.setText("  ·  ".join(facts))
        self.facts.setToolTip(model.licence_url)
        self.fit.setText(model.fit.reason)
        self.fit_mark.set_icon(*(("check", "ok") if model.fit.fits else ("warning", "warn")))
        show_if(self.used, model.in_use or (installed and model.kind in _ALWAYS_USED))
        show_if(self.use_button, installed and model.kind == "chat" and not model.in_use)
        self.use_button.setAccessibleName(tr("Models", "Use {name}", name=model.name))
        removable = installed and not model.shipped
        show_if(self.remove_button, removable and not model.in_use and model.kind == "chat")
        self.remove_button.setAccessibleName(tr("Models", "Remove {name}", name=model.name))
        self.fetch.show_model(model)

    def focus_first(self) -> None:
        """Put the focus on the first button that is there."""
        for button in (self.use_button, self.fetch.button, self.remove_button):
            if not button.isHidden():
                button.setFocus()
                return

    def _use(self) -> None:
        models, model = self._context.workspace.models, self._model
        self._context.operations.start(
            lambda _job: models.use(model.id),
            owner=self._context.fetches,
            on_success=lambda _info: self._context.notices.toast(
                tr("Models", "Answers now come from {name}.", name=model.name)
            ),
            on_failure=self._context.notices.error,
        )

    def _remove(self) -> None:
        models, model = self._context.workspace.models, self._model
        back = (
            tr("Models", "The copy in Chartside is deleted; your own file stays where it is.")
            if model.imported
            else tr("Models", "It can be downloaded again: {size}.", size=size_text(model.size))
        )
        question = tr("Models", "Remove “{name}” from this computer?", name=model.name)
        if confirmed(question, back, tr("Models", "Remove"), self.window()):
            self._context.operations.start(
                lambda _job: models.remove(model.id),
                owner=self._context.fetches,
                on_success=lambda _none: self._context.notices.toast(
                    tr("Models", "{name} was removed.", name=model.name)
                ),
                on_failure=self._context.notices.error,
            )
