"""The Models page: what is installed, what can be had, and what suits this computer."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from app.context import AppContext, ImportModel
from app.fetches import IMPORT
from app.i18n import tr
from app.views.model_card import ModelCard
from app.views.page import Page
from app.widgets.buttons import give_icon, push_button
from app.widgets.feedback import ErrorPanel, ProgressLine
from app.widgets.fetch_line import show_fetch
from app.widgets.import_offer import ImportOffer
from app.widgets.labels import label
from app.widgets.layout import SPACE_L, SPACE_M, ScrollColumn, clear, column, row, show_if
from engine.errors import UserError
from engine.types import Actor, Change, ModelInfo, ModelState, Permission, Topic


class ModelsPage(Page):
    """Lists models; every act on one is a button on its card."""

    key = "models"
    icon = "models"

    def __init__(self, context: AppContext) -> None:
        super().__init__(context)
        self._cards: dict[str, ModelCard] = {}
        self._order: list[tuple[str, bool]] = []
        self._loaded = False
        self.error = ErrorPanel(context.theme, on_retry=self._load)
        self.import_button = push_button(tr("Models", "Import a file …"), self._choose_file)
        self.import_button.setToolTip(tr("Models", "A model file in the GGUF format that you already have"))
        give_icon(self.import_button, context.theme, "upload")
        self.offer = ImportOffer(context.theme, self.import_model)
        self.import_line = ProgressLine()
        self.import_cancel = push_button(tr("Models", "Cancel"), lambda: context.fetches.pause(IMPORT), role="link")
        self.import_error = ErrorPanel(context.theme, on_dismiss=lambda: context.fetches.forget(IMPORT))
        self.installed = QVBoxLayout()
        self.available = QVBoxLayout()
        self._lay_out()
        context.changes.changed.connect(self._on_change)
        context.fetches.changed.connect(self._on_fetch)
        context.fetches.ended.connect(self._on_fetch_end)

    @classmethod
    def title(cls) -> str:
        return tr("Models", "Models")

    @classmethod
    def is_for(cls, actor: Actor) -> bool:
        return Permission.MANAGE_MODELS in actor.permissions

    def _lay_out(self) -> None:
        scroll = ScrollColumn()
        intro = tr(
            "Models",
            "One model writes the answers and notes, others find passages and write down what is said. They run on "
            "this computer; only their download needs the network.",
        )
        scroll.body.addLayout(row(label(self.title(), "title"), 1, self.import_button))
        scroll.body.addWidget(label(intro, "muted", wrap=True))
        scroll.body.addWidget(self.error)
        scroll.body.addWidget(self.offer)
        scroll.body.addWidget(self.import_error)
        scroll.body.addLayout(row(self.import_line, self.import_cancel, widest=self.import_line))
        for head, layout in (
            (tr("Models", "On this computer"), self.installed),
            (tr("Models", "Can be downloaded"), self.available),
        ):
            layout.setSpacing(SPACE_M)
            scroll.body.addLayout(column(label(head, "heading"), layout, spacing=SPACE_M))
            scroll.body.addSpacing(SPACE_L)
        scroll.body.addStretch(1)
        self.outer.addWidget(scroll)
        self._show_import()

    def activate(self, target: object | None) -> None:
        self._load()
        self.import_button.setFocus()
        if isinstance(target, ImportModel):
            self.offer.offer(target.file)

    def _load(self) -> None:
        models = self.context.workspace.models
        self.error.hide()
        self.context.operations.start(
            lambda _job: models.list(), owner=self, on_success=self._show, on_failure=self.error.show_error
        )

    def _show(self, found: list[ModelInfo]) -> None:
        order = [(model.id, model.state is ModelState.INSTALLED) for model in found]
        if order == self._order:
            for model in found:
                self._cards[model.id].show_model(model)
            return
        # A card moved from one list to the other: made anew, with the focus kept on the model that had it.
        focused = next((key for key, card in self._cards.items() if card.isAncestorOf(self.focusWidget() or self)), "")
        clear(self.installed)
        clear(self.available)
        self._order = order
        self._cards = {model.id: ModelCard(self.context, model) for model in found}
        for model in found:
            side = self.installed if model.state is ModelState.INSTALLED else self.available
            side.addWidget(self._cards[model.id])
        self._say_when_empty()
        if focused in self._cards:
            self._cards[focused].focus_first()

    def _say_when_empty(self) -> None:
        if not self.installed.count():
            words = tr("Models", "No model yet. Download one below: the first is a good one to begin with.")
            self.installed.addWidget(label(words, "muted", wrap=True))
        if not self.available.count():
            self.available.addWidget(label(tr("Models", "Every model of the catalogue is installed."), "muted"))

    def _choose_file(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(
            self, tr("Models", "Import a model"), "", tr("Models", "Model files (*.gguf)")
        )
        if name:
            self.import_model(Path(name))

    def import_model(self, path: Path) -> None:
        """Start the import of a model file."""
        self.context.fetches.import_file(path)

    def _on_change(self, change: Change) -> None:
        if change.topic is Topic.MODELS and self.isVisible():
            self._load()

    def _on_fetch(self, key: str) -> None:
        if key == IMPORT:
            self._show_import()

    def _on_fetch_end(self, key: str) -> None:
        self._on_fetch(key)
        self._load()

    def _show_import(self) -> None:
        fetch = self.context.fetches.get(IMPORT)
        running = fetch is not None and fetch.operation is not None
        show_if(self.import_line, running)
        show_if(self.import_cancel, running)
        self.import_button.setEnabled(not running)
        self.offer.set_busy(running)
        error: UserError | None = fetch.error if fetch is not None else None
        if fetch is not None and running:
            show_fetch(self.import_line, fetch.progress)
        if error is not None:
            self.import_error.show_error(error)
        else:
            self.import_error.hide()
