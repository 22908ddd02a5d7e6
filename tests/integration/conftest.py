"""A workspace with the sample library, made once by the real engine and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from engine.paths import Paths
from engine.settings import AssistantSettings
from engine.workspace import Workspace

PASSPHRASE = "correct horse battery staple"
CHAT_MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
SHORT = AssistantSettings(passages=1, max_tokens=60)
QUESTION = "What dose of intramuscular epinephrine does a child of 20 kg get in anaphylaxis?"
"""Asked wherever any question will do: its prompt is short, and one workspace evaluates it once."""


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """The closed data folder of a workspace that holds the samples and reads one passage for an answer.

    Reading is what answers spend their time on; tests/integration/test_window.py has a day with the usual five.
    """
    data = tmp_path_factory.mktemp("samples") / "data"
    workspace = Workspace.create(Paths(data=data, models=models_dir), PASSPHRASE)
    try:
        result = workspace.library.add_samples()
        assert not result.refused
        assert workspace.library.wait(300)
        workspace.settings.update(lambda settings: structs.replace(settings, assistant=SHORT))
    finally:
        workspace.close()
    return data


@pytest.fixture
def sample_paths(sample_folder: Path, tmp_path: Path, models_dir: Path) -> Paths:
    return copied(sample_folder, tmp_path, models_dir)


@pytest.fixture(scope="session")
def workspace(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Workspace]:
    """The sample workspace, unlocked and searchable, answering with the small model; many tests share it.

    Opening it takes longer than most of them, and a question that was asked before is evaluated already. A test leaves
    the library as it found it.
    """
    opened = open_samples(copied(sample_folder, tmp_path_factory.mktemp("workspace"), models_dir))
    try:
        yield opened
    finally:
        opened.close()


def copied(sample_folder: Path, folder: Path, models_dir: Path) -> Paths:
    """A copy of the sample workspace in a folder."""
    shutil.copytree(sample_folder, folder / "data")
    return Paths(data=folder / "data", models=models_dir)


def open_samples(paths: Paths) -> Workspace:
    """Unlock a copy of the sample workspace, choose the small model, and wait until it can be searched."""
    opened = Workspace.unlock(paths, PASSPHRASE)
    opened.choose_model(CHAT_MODEL)
    assert opened.library.wait_until_searchable()
    return opened
