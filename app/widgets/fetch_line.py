"""A model's download as a person sees it: offer, progress, pause, go on, discard, failure."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.context import AppContext
from app.dialogs.terms import terms_accepted
from app.fetches import Fetch
from app.i18n import size_text, tr
from app.widgets.buttons import push_button
from app.widgets.feedback import ErrorPanel, ProgressLine, ThemedIcon
from app.widgets.labels import ElidedLabel, label
from app.widgets.layout import SPACE_M, SPACE_S, row, show_if
from app.words.models import purpose_words
from engine.types import FetchProgress, FetchStage, ModelInfo, ModelState


class FetchActions(QWidget):
    """The progress and failure of one model's download. button and discard are placed by whoever shows the model."""

    def __init__(self, context: AppContext, model: ModelInfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._model = model
        # With a parent from the start: a widget that is shown without one is a window of its own and takes the focus.
        self.button = push_button("", self._act, parent=self)
        self.discard = push_button(tr("Fetch", "Discard"), self._discard, role="link", parent=self)
        self.progress = ProgressLine()
        self.error = ErrorPanel(context.theme, on_retry=self._start)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self.progress)
        layout.addWidget(self.error)
        context.fetches.changed.connect(self._refresh)
        context.fetches.ended.connect(self._refresh)
        self.show_model(model)

    @property
    def running(self) -> bool:
        fetch = self._context.fetches.get(self._model.id)
        return fetch is not None and fetch.operation is not None

    def show_model(self, model: ModelInfo) -> None:
        """Show a newer state of the model."""
        self._model = model
        self._refresh(model.id)

    def _refresh(self, key: str) -> None:
        if key != self._model.id:
            return
        fetch = self._context.fetches.get(key)
        installed = self._model.state is ModelState.INSTALLED
        failed = fetch.error if fetch is not None else None
        paused = not self.running and self._model.state in (ModelState.PAUSED, ModelState.FETCHING)
        show_if(self.button, not installed and failed is None)
        self.button.setText(self._button_words(paused))
        self.button.setAccessibleName(f"{self.button.text()}: {self._model.name}")
        show_if(self.discard, paused)
        self.discard.setAccessibleName(tr("Fetch", "Discard what was downloaded of {name}", name=self._model.name))
        if failed is not None:
            self.error.show_error(failed)
        else:
            self.error.hide()
        self._show_progress(fetch, paused)
        show_if(self, self.running or paused or failed is not None)

    def _button_words(self, paused: bool) -> str:
        if self.running:
            return tr("Fetch", "Pause")
        return tr("Fetch", "Go on") if paused else tr("Fetch", "Download")

    def _show_progress(self, fetch: Fetch | None, paused: bool) -> None:
        if self.running and fetch is not None:
            show_fetch(self.progress, fetch.progress)
        elif paused:
            words = tr("Fetch", "paused at {size}", size=size_text(self._model.downloaded))
            self.progress.show_progress(self._model.downloaded, self._model.size, words, paused=True)
        show_if(self.progress, self.running or paused)

    def _act(self) -> None:
        if self.running:
            self._context.fetches.pause(self._model.id)
        else:
            self._start()

    def _start(self) -> None:
        if terms_accepted(self._model, self.window()):
            self._context.fetches.start(self._model, accept_terms=bool(self._model.terms))

    def _discard(self) -> None:
        models, model_id = self._context.workspace.models, self._model.id
        self._context.operations.start(
            lambda _job: models.discard_partial(model_id),
            owner=self._context.fetches,
            on_success=lambda _none: self._context.fetches.forget(model_id),
            on_failure=self._context.notices.error,
        )


class FetchLine(QWidget):
    """Name, size and state of one model in a line, with its download."""

    def __init__(self, context: AppContext, model: ModelInfo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mark = ThemedIcon(context.theme, "models", "muted", 20)
        self.name = ElidedLabel("")
        self._purpose = label(purpose_words(model), "small")
        self.state = label("", "small")
        self.fetch = FetchActions(context, model, self)
        line = row(
            self.mark, self.name, self._purpose, self.state, self.fetch.button, spacing=SPACE_M, widest=self.name
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(line)
        layout.addWidget(self.fetch)
        self.show_model(model)

    def show_model(self, model: ModelInfo) -> None:
        """Show a newer state of the model."""
        installed = model.state is ModelState.INSTALLED
        self.name.setText(model.name)
        self.mark.set_icon("check-circle" if installed else "models", "ok" if installed else "muted")
        self.state.setText(tr("Fetch", "Ready") if installed else size_text(model.size))
        self.fetch.show_model(model)


def show_fetch(line: ProgressLine, progress: FetchProgress | None) -> None:
    """Show how far a download is, in words that say what is counted."""
    if progress is None or progress.stage is FetchStage.CONNECTING:
        line.show_progress(0, 0, tr("Fetch", "connecting …"))
    elif progress.stage is FetchStage.VERIFYING:
        line.show_progress(progress.done, progress.total, tr("Fetch", "checking that every byte arrived …"))
    else:
        words = tr(
            "Fetch",
            "{done} of {total} · {speed} a second",
            done=size_text(progress.done),
            total=size_text(progress.total),
            speed=size_text(int(progress.bytes_per_s)),
        )
        line.show_progress(progress.done, progress.total, words)
