"""Fetching a model's file from the model hub over HTTP, resuming where the last attempt stopped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from engine.models.catalogue import CatalogueEntry, HubRepository, ModelFile
from engine.models.partial import DamagedDownload, PartialFile, SourceUnavailable

if TYPE_CHECKING:
    import httpx

_CONNECT_S = 10.0
_READ_S = 60.0
_ATTEMPTS = 4
_MAX_REDIRECTS = 5
_SHA256 = re.compile(r"[0-9a-f]{64}")


class HubSource:
    """The model hub. endpoint overrides the hub's address; pause_s is the first wait between attempts, then doubled."""

    name = "model hub"

    def __init__(self, endpoint: str | None = None, pause_s: float = 1.0) -> None:
        self._endpoint = endpoint
        self._pause_s = pause_s

    def offers(self, entry: CatalogueEntry, _file: ModelFile) -> bool:
        return entry.hub is not None

    def extra_space(self, _file: ModelFile) -> int:
        """Bytes needed on disk beside the file itself."""
        return 0

    def published(self, entry: CatalogueEntry, file: ModelFile) -> tuple[CatalogueEntry, ModelFile]:
        """What the hub itself publishes about a file whose sum the catalogue could not give.

        Returns the entry pinned to the commit that answered and the file with its size and SHA-256: the hub stores
        large files under that sum and tells it in the X-Linked-Etag header. Raises SourceUnavailable.
        """
        import httpx

        repository = _repository(entry)
        try:
            with self._client() as client:
                answer = client.head(self._url(repository, file), follow_redirects=False)
                for _ in range(_MAX_REDIRECTS):
                    if not answer.has_redirect_location or "x-linked-etag" in answer.headers:
                        break
                    answer = client.send(_next_request(answer), follow_redirects=False)
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        sha256 = answer.headers.get("x-linked-etag", "").strip('"')
        size = answer.headers.get("x-linked-size", "")
        if not _SHA256.fullmatch(sha256) or not size.isdigit():
            raise SourceUnavailable(
                "The model hub does not publish a check sum for this file, so it cannot be verified.",
                "Choose another model, or import a file that you trust.",
                f"status {answer.status_code}",
            )
        revision = answer.headers.get("x-repo-commit", repository.revision)
        pinned = msgspec.structs.replace(entry, hub=HubRepository(repository.repo, revision))
        return pinned, msgspec.structs.replace(file, size=int(size), sha256=sha256)

    def pull(self, entry: CatalogueEntry, file: ModelFile, partial: PartialFile) -> None:
        """Append what is missing. Raises SourceUnavailable, DamagedDownload, Cancelled, OSError (disk)."""
        import httpx

        url = self._url(_repository(entry), file)
        failures, pause = 0, self._pause_s
        arrived = False
        with self._client() as client:
            while not partial.complete:
                before = partial.offset
                try:
                    self._attempt(client, url, partial)
                    error: Exception = httpx.ReadError("the answer ended early")
                except (httpx.TransportError, _TryAgain) as caught:
                    error = caught
                if partial.complete:
                    return
                if partial.offset > before:
                    arrived, failures, pause = True, 0, self._pause_s
                failures += 1
                # A hub that never answered is left at once for the next source; one that broke off is asked again.
                if failures >= _ATTEMPTS or (not arrived and isinstance(error, httpx.ConnectError)):
                    raise _unreachable(error) from error
                partial.cancel.wait(pause)
                partial.check()
                pause *= 2

    def _attempt(self, client: httpx.Client, url: str, partial: PartialFile) -> None:
        headers = {"Range": f"bytes={partial.offset}-"} if partial.offset else {}
        with client.stream("GET", url, headers=headers) as answer:
            _judge(answer, partial)
            for block in answer.iter_raw():  # as it arrives: with a block size, a break would lose what was gathered
                partial.write(block)

    def _client(self) -> httpx.Client:
        import httpx

        # identity: a compressed body could not be resumed by its offset.
        headers = {"Accept-Encoding": "identity", "User-Agent": "chartside"}
        timeout = httpx.Timeout(_READ_S, connect=_CONNECT_S)
        return httpx.Client(headers=headers, timeout=timeout, follow_redirects=True)

    def _url(self, repository: HubRepository, file: ModelFile) -> str:
        from huggingface_hub import hf_hub_url

        address: str = hf_hub_url(repository.repo, file.name, revision=repository.revision, endpoint=self._endpoint)
        return address


class _TryAgain(Exception):
    """The hub answered that it cannot serve just now."""


def _judge(answer: httpx.Response, partial: PartialFile) -> None:
    """Make the partial file ready for this answer's body. Raises _TryAgain, SourceUnavailable, DamagedDownload."""
    status = answer.status_code
    if status >= 500 or status in {408, 429}:
        raise _TryAgain(f"status {status}")
    if status not in {200, 206, 416}:
        raise SourceUnavailable(
            "The model hub does not hand out this file.",
            "Try again later, choose another model, or import a file.",
            f"status {status}",
        )
    start, total = _range_of(answer)
    if total is not None and partial.size and total != partial.size:
        partial.truncate(0)
        raise DamagedDownload(
            "The model hub's file has another length than expected, so it was not taken.",
            "Try again later. If it happens again, tell whoever looks after this computer.",
            f"expected {partial.size} bytes, the hub has {total}",
        )
    if start != partial.offset:
        # The range was not honoured: start from nothing, now if the whole body comes, else with the next attempt.
        restartable = partial.offset > 0
        partial.truncate(0)
        if status != 200:
            raise _TryAgain(f"status {status}") if restartable else _unreachable(_TryAgain(f"status {status}"))


def _range_of(answer: httpx.Response) -> tuple[int, int | None]:
    """Where the body starts in the file, -1 where it is no part of it, and the file's length where it is told."""
    if answer.status_code == 200:
        length = answer.headers.get("content-length", "")
        return 0, int(length) if length.isdigit() else None
    found = re.fullmatch(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)", answer.headers.get("content-range", "").strip())
    if not found:
        return -1, None
    return int(found[1] or -1), int(found[2]) if found[2].isdigit() else None


def _next_request(answer: httpx.Response) -> httpx.Request:
    if answer.next_request is None:
        raise SourceUnavailable("The model hub's answer leads nowhere.", "Try again later.")
    return answer.next_request


def _repository(entry: CatalogueEntry) -> HubRepository:
    if entry.hub is None:
        raise SourceUnavailable("This model is not on the model hub.", "Choose another model.")
    return entry.hub


def _unreachable(error: Exception) -> SourceUnavailable:
    return SourceUnavailable(
        "The model hub could not be reached, or broke off.",
        "Check this computer's network connection, then try again: what has arrived is kept.",
        f"{type(error).__name__}: {error}",
    )
