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
SHORT = AssistantSettings(passages=2, max_tokens=120)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Path:
    """The closed data folder of a workspace that holds the samples and reads two passages for an answer.

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
    data = tmp_path / "data"
    shutil.copytree(sample_folder, data)
    return Paths(data=data, models=models_dir)


@pytest.fixture(scope="module")
def workspace(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Iterator[Workspace]:
    """The sample workspace, unlocked and searchable, answering with the small model; the tests of a file share it.

    Opening it takes longer than most of them, and a question that was asked before is evaluated already.
    """
    data = tmp_path_factory.mktemp("workspace") / "data"
    shutil.copytree(sample_folder, data)
    opened = Workspace.unlock(Paths(data=data, models=models_dir), PASSPHRASE)
    try:
        opened.choose_model(CHAT_MODEL)
        assert opened.library.wait_until_searchable()
        yield opened
    finally:
        opened.close()
