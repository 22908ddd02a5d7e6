# ruff: noqa: PLW0108 - pages and cards are replaced while a test waits, so they are looked up each time
"""The Models page and downloads."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton

from app.context import ImportModel
from app.dialogs.confirm import ConfirmDialog
from app.dialogs.terms import TermsDialog
from app.fetches import IMPORT
from app.views.first_run import FirstRunPage
from app.views.models import ModelsPage
from engine.errors import DownloadFailed
from engine.types import ModelState, Topic
from tests.app.test_main_window import when_dialog

QWEN = "qwen-1.5b"


@pytest.fixture
def page(context, qtbot):
    made = ModelsPage(context)
    qtbot.addWidget(made)
    made.resize(900, 650)
    made.show()
    made.activate(None)
    qtbot.waitUntil(lambda: len(made._cards) == 5)
    return made


def card(page, key=QWEN):
    return page._cards[key]


def test_empty_page_says_what_to_do(page):
    assert page.installed.itemAt(0).widget().text().startswith("No model yet")
    assert card(page).fetch.button.text() == "Download"


def test_card_says_size_licence_and_fit(page):
    words = card(page, "qwen3-4b")
    assert "2.5 GB" in words.facts.text() and "Apache-2.0" in words.facts.text()
    assert words.fit.text().startswith("Too large")


def test_download_pause_go_on_and_install(page, workspace, qtbot):
    card(page).fetch.button.click()
    workspace.models.step(312_000_000)
    qtbot.waitUntil(lambda: "312.0 MB of 1.1 GB" in card(page).fetch.progress.words.text())
    assert card(page).fetch.button.text() == "Pause"
    card(page).fetch.button.click()
    qtbot.waitUntil(lambda: card(page).fetch.button.text() == "Go on")
    assert card(page).fetch.progress.words.text() == "paused at 312.0 MB"
    assert card(page).fetch.discard.isVisible()
    card(page).fetch.button.click()
    workspace.models.finish()
    qtbot.waitUntil(lambda: card(page).used.isVisible())
    assert page.installed.indexOf(card(page)) == 0
    assert not card(page).fetch.isVisible()


def test_discard_drops_the_partial_download(page, workspace, qtbot):
    workspace.models._put(QWEN, state=ModelState.PAUSED, downloaded=5_000_000)
    workspace.hub.publish(Topic.MODELS)
    qtbot.waitUntil(lambda: card(page).fetch.discard.isVisible())
    card(page).fetch.discard.click()
    qtbot.waitUntil(lambda: card(page).fetch.button.text() == "Download")
    assert not card(page).fetch.isVisible()


def test_failed_download_says_why_and_can_be_tried_again(page, workspace, qtbot):
    workspace.models.failure = DownloadFailed("The download broke off.", "Check the network and try again.", "timeout")
    card(page).fetch.button.click()
    qtbot.waitUntil(lambda: card(page).fetch.error.isVisible())
    assert card(page).fetch.error.message.text() == "The download broke off."
    workspace.models.failure = None
    card(page).fetch.error.retry_button.click()
    workspace.models.finish()
    qtbot.waitUntil(lambda: card(page).used.isVisible())


def test_terms_have_to_be_accepted_first(page, workspace, qtbot):
    def decline(dialog: TermsDialog) -> None:
        assert not dialog.act.isEnabled()
        dialog.reject()

    when_dialog(decline)
    card(page, "medgemma").fetch.button.click()
    assert workspace.models.calls == []

    def accept(dialog: TermsDialog) -> None:
        dialog.accepts.click()
        dialog.act.click()

    when_dialog(accept)
    card(page, "medgemma").fetch.button.click()
    qtbot.waitUntil(lambda: ("fetch", "medgemma", True) in workspace.models.calls)


def test_use_another_model(page, workspace, recorder, qtbot):
    workspace.models.install(QWEN, "qwen3-4b")
    workspace.hub.publish(Topic.MODELS)
    qtbot.waitUntil(lambda: card(page, "qwen3-4b").use_button.isVisible())
    assert not card(page).use_button.isVisible()
    card(page, "qwen3-4b").use_button.click()
    qtbot.waitUntil(lambda: card(page, "qwen3-4b").used.isVisible() and card(page).use_button.isVisible())
    assert recorder.toasts == ["Answers now come from Qwen3 4B Instruct."]


def test_remove_asks_with_the_name_and_cancel_keeps(page, workspace, recorder, qtbot):
    workspace.models.install(QWEN, "qwen3-4b")
    workspace.hub.publish(Topic.MODELS)
    qtbot.waitUntil(lambda: card(page, "qwen3-4b").remove_button.isVisible())
    seen = []

    def keep(dialog: ConfirmDialog) -> None:
        seen.append(dialog.title.text())
        assert dialog.keep.isDefault() and not dialog.act.isDefault()
        dialog.keep.click()

    when_dialog(keep)
    card(page, "qwen3-4b").remove_button.click()
    assert seen == ["Remove “Qwen3 4B Instruct” from this computer?"]
    assert ("remove", "qwen3-4b") not in workspace.models.calls
    when_dialog(lambda dialog: dialog.act.click())
    card(page, "qwen3-4b").remove_button.click()
    qtbot.waitUntil(lambda: recorder.toasts == ["Qwen3 4B Instruct was removed."])
    qtbot.waitUntil(lambda: card(page, "qwen3-4b").fetch.button.isVisible())


def test_model_in_use_and_the_one_search_needs_cannot_be_removed(page, workspace, qtbot):
    workspace.models.install(QWEN, "minilm")
    workspace.hub.publish(Topic.MODELS)
    qtbot.waitUntil(lambda: card(page, "minilm").used.isVisible())
    assert not card(page, "minilm").remove_button.isVisible()
    assert not card(page).remove_button.isVisible()


def test_import_of_a_file(page, workspace, qtbot):
    page.import_model(Path("/models/ward-model.gguf"))
    qtbot.waitUntil(lambda: "ward-model" in page._cards)
    assert page.import_button.isEnabled()


def test_file_that_was_opened_is_offered_and_imported(page, workspace, tmp_path, qtbot):
    file = tmp_path / "ward-model.gguf"
    file.write_bytes(bytes(2_500_000))
    page.activate(ImportModel(file))
    assert page.offer.isVisible()
    assert page.offer.message.text() == "Import “ward-model.gguf” (2.5 MB)?"
    assert ("import", file) not in workspace.models.calls
    page.offer.accept.click()
    assert not page.offer.isVisible()
    qtbot.waitUntil(lambda: "ward-model" in page._cards)


def test_offer_that_is_declined_imports_nothing(page, workspace):
    page.activate(ImportModel(Path("/m/ward-model.gguf")))
    assert page.offer.message.text() == "Import “ward-model.gguf”?"
    page.offer.decline.click()
    assert not page.offer.isVisible()
    assert workspace.models.calls == []
    page.activate(None)
    assert not page.offer.isVisible()


def test_several_files_are_offered_one_after_the_other(page, workspace, qtbot):
    first, second = Path("/m/a.gguf"), Path("/m/b.gguf")
    for file in (first, second, first):
        page.activate(ImportModel(file))
    assert page.offer.file == first
    page.offer.accept.click()
    assert page.offer.file == second
    qtbot.waitUntil(page.offer.accept.isEnabled)
    page.offer.decline.click()
    assert page.offer.file is None
    assert [call for call in workspace.models.calls if call[0] == "import"] == [("import", first)]


def test_import_that_fails_says_why(page, context, qtbot):
    page.import_model(Path("/models/letter.docx"))
    qtbot.waitUntil(lambda: page.import_error.isVisible())
    assert page.import_error.message.text() == "This file is not a model."
    context.fetches.forget(IMPORT)
    assert not page.import_error.isVisible()


def test_failed_list_offers_another_try(context, workspace, qtbot, defects):
    working = workspace.models.list

    def broken():
        raise RuntimeError("no list")

    workspace.models.list = broken
    page = ModelsPage(context)
    qtbot.addWidget(page)
    page.show()
    page.activate(None)
    qtbot.waitUntil(lambda: page.error.isVisible())
    assert isinstance(defects[0], RuntimeError)
    workspace.models.list = working
    page.error.retry_button.click()
    qtbot.waitUntil(lambda: len(page._cards) == 5)
    assert not page.error.isVisible()


def test_long_names_do_not_widen_the_page(page, workspace, qtbot):
    workspace.models._put(QWEN, name="model " * 40, summary="word " * 200)
    workspace.hub.publish(Topic.MODELS)
    qtbot.waitUntil(lambda: card(page).name.text().startswith("model model"))
    assert card(page).width() <= page.width()


def test_every_button_has_a_name(page):
    assert [each for each in page.findChildren(QAbstractButton) if not (each.accessibleName() or each.text())] == []


def test_first_run_downloads_all_and_adds_samples(context, workspace, qtbot):
    page = FirstRunPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.download.isVisible())
    assert page.download.text() == "Download all, 1.4 GB"
    assert page.begin.text() == "Go on without"
    page.download.click()
    qtbot.waitUntil(lambda: len(workspace.models.calls) == 3)
    assert page.begin.text() == "Begin"
    for left in (2, 1):
        workspace.models.finish()
        qtbot.waitUntil(lambda left=left: len(context.fetches.running) == left)
    workspace.models.finish()
    qtbot.waitUntil(lambda: not context.fetches.running)
    qtbot.waitUntil(lambda: all(line.state.text() == "Ready" for line in page._lines.values()))
    page.samples_button.click()
    qtbot.waitUntil(lambda: page.samples_state.text().startswith("2 documents added."))
    with qtbot.waitSignal(page.finished):
        page.begin.click()


def test_a_full_installation_has_nothing_to_download(context, qtbot, workspace):
    workspace.models.ship(QWEN, "minilm", "whisper-base")
    page = FirstRunPage(context)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.models_note.text() == "They came with Chartside; nothing has to be downloaded.")
    assert page.begin.text() == "Begin"
    assert page.download.isHidden()


def test_a_shipped_model_says_so_and_cannot_be_removed(context, qtbot, workspace):
    workspace.models.ship(QWEN)
    workspace.models.install("medgemma")
    workspace.models.use("medgemma")
    page = ModelsPage(context)
    qtbot.addWidget(page)
    page.show()
    page.activate(None)
    qtbot.waitUntil(lambda: len(page._cards) == 5)
    assert "came with Chartside" in card(page).facts.text()
    assert card(page).remove_button.isHidden()
    assert not card(page).use_button.isHidden()


def test_the_speech_model_says_what_it_is_for_and_is_never_removed(page, workspace, qtbot):
    assert "writes down what is said" in card(page, "whisper-base").facts.text()
    workspace.models.install("whisper-base")
    page._load()
    qtbot.waitUntil(lambda: not card(page, "whisper-base").used.isHidden())
    assert card(page, "whisper-base").remove_button.isHidden()
    assert card(page, "whisper-base").use_button.isHidden()
