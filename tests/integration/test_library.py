"""Import, replacement, removal and recovery with the real readers, embedder, index and vault."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.memory import model_folder
from engine.paths import Paths
from engine.types import DocumentState
from engine.workspace import Workspace

from .conftest import PASSPHRASE

pytestmark = pytest.mark.model


@pytest.fixture
def paths(tmp_path: Path, models_dir: Path) -> Paths:
    return Paths(data=tmp_path / "data", models=models_dir)


@pytest.fixture
def empty(paths: Paths) -> Iterator[Workspace]:
    """One that may be closed."""
    workspace = Workspace.create(paths, PASSPHRASE)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def open_workspace(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Workspace]:
    """Shared, because a child that embeds takes longer to start than all that is done with it."""
    workspace = Workspace.create(Paths(data=tmp_path_factory.mktemp("library"), models=models_dir), PASSPHRASE)
    yield workspace
    workspace.close()


@pytest.fixture
def emptied(open_workspace: Workspace) -> Iterator[Workspace]:
    """The shared one, without documents."""
    library = open_workspace.library
    assert library.documents() == []
    yield open_workspace
    library.remove([document.id for document in library.documents()])
    library.purge_removed()


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(workspace: Workspace, query: str) -> list[str]:
    assert workspace.library.wait(60)
    assert workspace.library.wait_until_searchable()
    return [hit.passage.text for hit in workspace.library.search(query, k=5).hits]


def test_an_unchanged_file_is_recognised_and_a_changed_one_replaces_it(emptied: Workspace, tmp_path: Path) -> None:
    path = write(tmp_path / "in", "fridge.md", "# Fridge\n\nThe vaccine fridge is kept between 2 and 8 degrees.")
    first = emptied.library.add([path])
    assert len(first.added) == 1
    assert "2 and 8" in found(emptied, "vaccine fridge temperature")[0]
    assert emptied.library.add([path]).unchanged == first.added

    write(path.parent, path.name, "# Fridge\n\nThe vaccine fridge is kept between 3 and 7 degrees.")
    assert len(emptied.library.add([path]).replaced) == 1
    texts = found(emptied, "vaccine fridge temperature")
    assert any("3 and 7" in text for text in texts)
    assert not any("2 and 8" in text for text in texts)
    assert len(emptied.library.documents()) == 1


def test_one_bad_file_never_stops_the_rest(emptied: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder, "a.md", "Warfarin is checked every four weeks when the INR is stable.")
    (folder / "b.pdf").write_bytes(b"%PDF-1.4\nbroken beyond repair")
    (folder / "c.xlsx").write_bytes(b"PK\x03\x04 not really")
    write(folder, "d.txt", "The clinic opens at eight in the morning.")
    result = emptied.library.add([folder])
    assert emptied.library.wait(60)
    assert [refused.name for refused in result.refused] == ["c.xlsx"]
    states = {document.name: document.state for document in emptied.library.documents()}
    assert states == {"a.md": DocumentState.READY, "b.pdf": DocumentState.FAILED, "d.txt": DocumentState.READY}
    failed = next(document for document in emptied.library.documents() if document.name == "b.pdf")
    assert failed.error is not None
    assert failed.error.message
    assert failed.error.advice


def test_a_removed_document_is_not_found_until_restored(emptied: Workspace, tmp_path: Path) -> None:
    ids = emptied.library.add([write(tmp_path / "in", "a.md", "Staff wear blue lanyards on Fridays.")]).added
    assert found(emptied, "blue lanyards")
    emptied.library.remove(ids)
    assert found(emptied, "blue lanyards") == []
    emptied.library.restore(ids)
    assert found(emptied, "blue lanyards")


def test_an_interrupted_import_goes_on_at_the_next_start(paths: Paths, tmp_path: Path) -> None:
    workspace = Workspace.create(paths, PASSPHRASE)
    workspace.library.pause()
    workspace.library.add([write(tmp_path / "in", "a.md", "Sharps bins are changed when three quarters full.")])
    workspace.close()

    again = Workspace.unlock(paths, PASSPHRASE)
    try:
        assert "three quarters" in found(again, "when are sharps bins changed")[0]
    finally:
        again.close()


def test_the_index_is_filled_again_after_unlock(empty: Workspace, paths: Paths, tmp_path: Path) -> None:
    empty.library.add([write(tmp_path / "in", "a.md", "Records are released within thirty days of a request.")])
    assert found(empty, "how fast are records released")
    empty.close()
    again = Workspace.unlock(paths, PASSPHRASE)
    try:
        assert again.library.wait_until_searchable()
        hit = again.library.search("how fast are records released", k=1).hits[0]
        assert hit.dense_rank == 1
    finally:
        again.close()


def find_by_words(workspace: Workspace, query: str) -> tuple[bool, list[str]]:
    result = workspace.library.search(query, k=5)
    return result.dense, [hit.passage.text for hit in result.hits]


@pytest.mark.parametrize("arrives", ["while it is open", "before the next start"])
def test_documents_wait_for_the_search_model_and_are_found_by_their_words(
    tmp_path: Path, models_dir: Path, arrives: str
) -> None:
    """Imported with no model there, found at once, and embedded by the engine once the model is there."""
    paths = Paths(data=tmp_path / "data", models=tmp_path / "models")
    workspace = Workspace.create(paths, PASSPHRASE)
    try:
        text = "# Fridge\n\nThe vaccine fridge is kept between 2 and 8 degrees."
        (document_id,) = workspace.library.add([write(tmp_path / "in", "fridge.md", text)]).added
        assert workspace.library.wait(60)
        document = workspace.library.document(document_id)
        assert (document.state, document.keyword_only, document.error) == (DocumentState.READY, True, None)
        assert not workspace.library.wait_until_searchable(60)
        status = workspace.library.memory()
        assert (status.no_model, status.waiting) == (True, 1)
        dense, texts = find_by_words(workspace, "vaccine fridge temperature")
        assert not dense
        assert "2 and 8" in texts[0]

        name = workspace.models.embedding().id
        paths.models.mkdir(exist_ok=True)
        if arrives == "before the next start":
            workspace.close()
        (paths.models / name).symlink_to(models_dir / name, target_is_directory=True)
        if arrives == "before the next start":
            workspace = Workspace.unlock(paths, PASSPHRASE)
        else:
            workspace.models.discard_partial(name)  # the end of any change to the models is told
        assert workspace.library.wait(60)
        assert workspace.library.wait_until_searchable()
        document = workspace.library.document(document_id)
        assert (document.state, document.keyword_only) == (DocumentState.READY, False)
        hit = workspace.library.search("how cold are immunizations stored", k=1).hits[0]
        assert hit.dense_rank == 1
        status = workspace.library.memory()
        assert (status.ready, status.waiting, status.no_model) == (True, 0, False)
    finally:
        workspace.close()


def test_documents_embedded_in_an_older_form_are_embedded_again_from_the_vault(
    empty: Workspace, paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "in", "a.md", "Records are released within thirty days of a request.")
    (document_id,) = empty.library.add([path]).added
    assert found(empty, "how fast are records released")
    empty.close()
    path.unlink()

    monkeypatch.setattr(model_folder, "_FORM", model_folder._FORM + 1)
    again = Workspace.unlock(paths, PASSPHRASE)
    try:
        assert again.library.wait(60)
        assert again.library.wait_until_searchable()
        assert not again.library.document(document_id).keyword_only
        assert again.library.memory().waiting == 0
        assert again.library.search("how fast are records released", k=1).hits[0].dense_rank == 1
    finally:
        again.close()


def test_a_child_killed_while_it_embeds_costs_nothing(emptied: Workspace, tmp_path: Path) -> None:
    lines = (f"Rule {number}: room {number} is cleaned at the end of the day by two people." for number in range(500))
    (document_id,) = emptied.library.add([write(tmp_path / "in", "rules.txt", "\n\n".join(lines))]).added

    def is_embedding() -> bool:
        document = emptied.library.document(document_id)
        # Its one page may still be counted for a moment after it was read.
        return document.state is DocumentState.INDEXING and document.total > 1 and document.done > 0

    assert _until(is_embedding)
    assert emptied.library.search("rule 17 cleaned", k=1).hits, "its words are found already"
    memory = next(process for process in emptied.processes() if process.role == "memory")
    os.kill(memory.pid, signal.SIGKILL)
    assert emptied.library.wait(120)
    document = emptied.library.document(document_id)
    assert (document.state, document.keyword_only) == (DocumentState.READY, False)
    assert emptied.library.wait_until_searchable()


def _until(condition: Callable[[], bool], seconds: float = 240.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False
