"""The catalogue that ships: sound, complete, and refused where it is not."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import pytest

from engine.errors import Defect, ModelMissing
from engine.models.catalogue import Catalogue

SHIPPED = Catalogue.load()


@pytest.mark.parametrize("entry", SHIPPED.entries, ids=lambda entry: entry.id)
def test_every_entry_can_be_fetched_and_verified(entry) -> None:
    assert entry.hub or all(file.parts for file in entry.files)
    assert entry.licence
    assert entry.licence_url.startswith("https://")
    assert entry.summary.endswith(".")
    for file in entry.files:
        assert file.size > 0
        # Without a known sum the hub's is pinned at download, which only works for one file on the hub.
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256) or (entry.hub and entry.terms and len(entry.files) == 1)
        if file.parts:
            assert sum(part.size for part in file.parts) == file.size
            assert all(re.fullmatch(r"[a-z0-9-]+==[0-9.]+", part.package) for part in file.parts)
            assert all(re.fullmatch(r"[0-9a-f]{64}", part.sha256) for part in file.parts)
    if entry.kind == "chat":
        assert entry.kv_bytes_per_token > 0
        assert len(entry.files) == 1


def test_the_starter_the_embedding_and_the_speech_model_need_no_hub() -> None:
    for model_id in (SHIPPED.starter, SHIPPED.embedding, SHIPPED.speech):
        assert all(file.parts for file in SHIPPED.entry(model_id).files)


def test_entries_are_found_by_id_and_by_sum() -> None:
    starter = SHIPPED.entry(SHIPPED.starter)
    assert SHIPPED.with_sha256(starter.sha256) is starter
    assert SHIPPED.with_sha256("0" * 64) is None
    assert SHIPPED.find("nothing") is None
    with pytest.raises(ModelMissing, match="nothing"):
        SHIPPED.entry("nothing")


def test_a_model_of_unknown_sum_is_never_matched_by_an_empty_one() -> None:
    unpinned = [entry.id for entry in SHIPPED.entries if not entry.sha256]
    assert unpinned == ["medgemma-1.5-4b-it-q4_k_m"]


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"starter": "all-minilm-l6-v2"},
        {"embedding": "nothing"},
        {"speech": "all-minilm-l6-v2"},
        {"models": []},
        {"surprise": 1},
    ],
)
def test_an_unsound_catalogue_is_a_defect(change: dict) -> None:
    shipped = json.loads(files("resources").joinpath("domain", "models.json").read_bytes())
    with pytest.raises(Defect):
        Catalogue.decode(json.dumps({**shipped, **change}).encode())


def test_two_entries_of_one_id_are_a_defect() -> None:
    with pytest.raises(Defect, match="share an id"):
        Catalogue([*SHIPPED.entries, SHIPPED.entries[0]], SHIPPED.starter, SHIPPED.embedding)
