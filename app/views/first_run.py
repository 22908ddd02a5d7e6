"""After the workspace was created: get the starter models and the sample library, or go on without."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.context import AppContext
from app.dialogs.terms import terms_accepted
from app.i18n import counted, size_text, tr
from app.views.start import StartPage
from app.widgets.buttons import push_button
from app.widgets.fetch_line import FetchLine
from app.widgets.labels import label, set_role
from app.widgets.layout import SPACE_M, column, row, separator, show_if
from engine.errors import UserError
from engine.types import ModelInfo, ModelState


class FirstRunPage(StartPage):
    """Offers what a new workspace lacks. finished: the person wants to begin."""

    finished = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(
            context.theme,
            tr("FirstRun", "Two things to begin with"),
            tr("FirstRun", "Both can be done later, on the Models and Library pages."),
            parent,
        )
        self._context = context
        self._lines: dict[str, FetchLine] = {}
        self._found: list[ModelInfo] = []
        self.models = column(spacing=SPACE_M)
        self.samples_state = label("", "muted", wrap=True)
        self.samples_button = push_button(tr("FirstRun", "Add the sample library"), self._add_samples)
        self.begin = push_button(tr("FirstRun", "Begin"), self.finished.emit)
        self.download = push_button("", self._download, role="primary")
        self.download.hide()
        self.body.addWidget(label(tr("FirstRun", "The assistant's models"), "heading"))
        words = tr("FirstRun", "They are downloaded once and then work with the network cable unplugged.")
        self.models_note = label(words, "muted", wrap=True)
        self.body.addWidget(self.models_note)
        self.body.addLayout(self.models)
        self.body.addWidget(separator())
        self.body.addWidget(label(tr("FirstRun", "A sample library"), "heading"))
        self.samples_state.setText(
            tr("FirstRun", "Invented protocols and leaflets to try questions on. They can be removed at any time.")
        )
        self.body.addWidget(self.samples_state)
        self.body.addLayout(row(self.samples_button, 1))
        self.body.addWidget(separator())
        self.body.addLayout(row(1, self.begin, self.download))
        context.fetches.ended.connect(self._load)
        context.fetches.changed.connect(self._show_buttons)
        self._load()

    def _load(self) -> None:
        models = self._context.workspace.models
        self._context.operations.start(
            lambda _job: [models.starter(), models.embedding(), models.speech()],
            owner=self,
            on_success=self._show_models,
            on_failure=self.error.show_error,
        )

    def _show_models(self, found: list[ModelInfo]) -> None:
        for model in found:
            if model.id in self._lines:
                self._lines[model.id].show_model(model)
            else:
                self._lines[model.id] = FetchLine(self._context, model)
                self.models.addWidget(self._lines[model.id])
        if all(model.shipped for model in found):
            words = tr("FirstRun", "They came with Chartside; nothing has to be downloaded.")
            self.models_note.setText(words)
        self._found = found
        self._show_buttons()

    def _missing(self) -> list[ModelInfo]:
        """Models that are neither here nor on their way."""
        running = {fetch.model.id for fetch in self._context.fetches.running if fetch.model is not None}
        return [each for each in self._found if each.state is not ModelState.INSTALLED and each.id not in running]

    def _show_buttons(self) -> None:
        missing = self._missing()
        size = size_text(sum(model.size - model.downloaded for model in missing))
        self.download.setText(tr("FirstRun", "Download all, {size}", size=size))
        # One model alone has its own button in its line.
        show_if(self.download, len(missing) > 1)
        self.begin.setText(tr("FirstRun", "Go on without") if missing else tr("FirstRun", "Begin"))
        set_role(self.begin, "" if len(missing) > 1 else "primary")

    def _download(self) -> None:
        for model in self._missing():
            if terms_accepted(model, self.window()):
                self._context.fetches.start(model, accept_terms=bool(model.terms))

    def _add_samples(self) -> None:
        library = self._context.workspace.library
        self.samples_button.setEnabled(False)
        self._context.operations.start(
            lambda _job: library.add_samples(),
            owner=self,
            on_success=lambda result: self._samples_added(len(result.added)),
            on_failure=self._samples_failed,
        )

    def _samples_added(self, count: int) -> None:
        self.samples_button.hide()
        words = counted("FirstRun", "1 document added.", "{count} documents added.", count)
        self.samples_state.setText(tr("FirstRun", "{count} They are being read in the background.", count=words))

    def _samples_failed(self, error: UserError) -> None:
        self.samples_button.setEnabled(True)
        self.error.show_error(error)
