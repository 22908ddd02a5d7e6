"""A model hub on the loopback address, packages in a folder, and a small catalogue to fetch from them."""

from __future__ import annotations

import hashlib
import random
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine.cancellation import CancelToken
from engine.models.catalogue import Catalogue, CatalogueEntry, HubRepository, ModelFile, Part
from engine.models.hardware import Hardware
from engine.models.hub import HubSource
from engine.models.partial import SourceUnavailable
from engine.models.service import Models
from engine.models.wheels import WheelSource
from engine.paths import Paths
from engine.settings import SettingsStore

CHAT, TINY, LOCKED, EMBEDDING = "chat-model", "tiny-model", "locked-model", "embed-model"
PART_SIZE = 100_000


def content_of(name: str, size: int) -> bytes:
    return random.Random(name).randbytes(size)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Hub:
    """Serves files by the hub's addresses. Its fields break it in the ways a network does."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    break_after: list[int] = field(default_factory=list)
    """For each answer in turn: how many bytes to send before the connection drops."""
    ignore_range: bool = False
    statuses: list[int] = field(default_factory=list)
    publish_sums: bool = True
    on_request: Callable[[], None] = lambda: None


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        content = self.hub.files.get(self._name())
        if content is None:
            self._plain(404)
            return
        self.send_response(302)
        self.send_header("Location", self.path)
        if self.hub.publish_sums:
            self.send_header("X-Linked-Etag", f'"{sha256(content)}"')
            self.send_header("X-Linked-Size", str(len(content)))
        self.send_header("X-Repo-Commit", "c0ffee")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        hub = self.hub
        hub.requests.append((self._name(), self.headers.get("Range", "")))
        hub.on_request()
        if hub.statuses:
            self._plain(hub.statuses.pop(0))
            return
        content = hub.files.get(self._name())
        if content is None:
            self._plain(404)
            return
        start = self._start()
        if start >= len(content) > 0:
            self._plain(416)
            return
        body = content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if hub.break_after:
            self.wfile.write(body[: hub.break_after.pop(0)])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(body)

    def _start(self) -> int:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(found[1]) if found and not self.hub.ignore_range else 0

    def _name(self) -> str:
        return self.path.split("/resolve/", 1)[-1].split("/", 1)[-1]

    def _plain(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of these tests."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    hub = Hub()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for entry in entries():
        for file in entry.files:
            hub.files[file.name] = content_of(file.name, _SIZES[file.name])
    yield hub
    server.shutdown()
    server.server_close()
    thread.join()


_SIZES = {
    "chat.gguf": 350_000,
    "tiny.gguf": 5_000,
    "locked.gguf": 60_000,
    "config.json": 40,
    "1_Pooling/config.json": 7,
}


def entries() -> list[CatalogueEntry]:
    def entry(model_id: str, kind: str, files: list[ModelFile], terms: str = "") -> CatalogueEntry:
        return CatalogueEntry(
            id=model_id,
            name=f"The {model_id}",
            kind=kind,  # type: ignore[arg-type]
            summary="",
            licence="Apache-2.0",
            licence_url="",
            files=files,
            context=2048,
            parameters=1,
            terms=terms,
            hub=HubRepository("someone/something", "main"),
        )

    return [
        entry(CHAT, "chat", [_file("chat.gguf", split=True)]),
        entry(TINY, "chat", [_file("tiny.gguf")]),
        entry(LOCKED, "chat", [ModelFile("locked.gguf", 50_000, "")], terms="Read these terms first."),
        entry(EMBEDDING, "embedding", [_file("config.json"), _file("1_Pooling/config.json")]),
    ]


def _file(name: str, *, split: bool = False) -> ModelFile:
    content = content_of(name, _SIZES[name])
    if not split:
        part = Part("all-in-one==1.0", f"all_in_one/{name}", len(content), sha256(content))
        return ModelFile(name, len(content), sha256(content), [part])
    parts = []
    for number, start in enumerate(range(0, len(content), PART_SIZE), 1):
        piece = content[start : start + PART_SIZE]
        parts.append(Part(f"split-part{number}==2.0", f"split/part{number}.bin", len(piece), sha256(piece)))
    return ModelFile(name, len(content), sha256(content), parts)


class Registry:
    """Brings wheels from memory; may be told to fail or to bring damaged ones."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self.unavailable = False
        self.damaged: set[str] = set()
        self.before_fetch: Callable[[str], None] = lambda package: None

    def fetch(self, package: str, folder: Path, cancel: CancelToken, on_bytes: Callable[[int], None]) -> None:
        cancel.check()
        self.before_fetch(package)
        if self.unavailable:
            raise SourceUnavailable("No registry.", "", "down")
        self.fetched.append(package)
        name, _, version = package.partition("==")
        on_bytes(10)
        wheel = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"{name}/__init__.py", "raise SystemExit('this code must never run')")
            for entry in entries():
                for file in entry.files:
                    self._add_parts(archive, package, file)

    def _add_parts(self, archive: zipfile.ZipFile, package: str, file: ModelFile) -> None:
        content = content_of(file.name, _SIZES[file.name])
        start = 0
        for part in file.parts:
            piece = content[start : start + part.size]
            start += part.size
            if part.package == package:
                archive.writestr(part.member, piece[::-1] if package in self.damaged else piece)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue(entries(), CHAT, EMBEDDING)


@pytest.fixture
def models(tmp_path: Path, hub: Hub, registry: Registry, catalogue: Catalogue) -> Models:
    paths = Paths(tmp_path / "data", tmp_path / "models")
    paths.prepare()
    return Models(
        paths,
        SettingsStore(paths.settings_file),
        catalogue=catalogue,
        sources=[HubSource(hub.url, pause_s=0.001), WheelSource(registry.fetch)],
        hardware=lambda: Hardware(memory=16 << 30, free_memory=8 << 30, cores=4, processor="test"),
    )
