"""The catalogue of models that Chartside offers: data of the domain pack, read once."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

import msgspec
from msgspec import Struct, field

from engine.errors import Defect, ModelMissing

SCHEMA = 1

ModelKind = Literal["chat", "embedding", "speech"]


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A slice of a file as a registry package carries it: package is "name==version", member a path in its wheel."""

    package: str
    member: str
    size: int
    sha256: str


class ModelFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One file of a model. name is relative to the model's folder. parts, in order, make up the whole file.

    An empty sha256 means that no sum could be confirmed beforehand: the hub's published one is pinned at download,
    and size is then an estimate.
    """

    name: str
    size: int
    sha256: str
    parts: list[Part] = field(default_factory=list)


class HubRepository(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a model stands on the model hub; its files have the names of ModelFile.name there."""

    repo: str
    revision: str


class CatalogueEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One model on offer. context is the default context in tokens (0: it has none); template names the chat format.

    kv_bytes_per_token: memory of one token of context with 16-bit keys and values
    (2 × layers × key-value heads × head size × 2 bytes).
    """

    id: str
    name: str
    kind: ModelKind
    summary: str
    licence: str
    licence_url: str
    files: list[ModelFile]
    context: int
    parameters: int
    template: str = ""
    terms: str = ""
    kv_bytes_per_token: int = 0
    hub: HubRepository | None = None

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)

    @property
    def sha256(self) -> str:
        """The sum of the largest file: the weights."""
        return max(self.files, key=lambda file: file.size).sha256


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    starter: str
    embedding: str
    speech: str
    models: list[CatalogueEntry]


class Catalogue:
    """The entries in the order they are shown, with the starter, the embedding and the speech model named."""

    def __init__(self, entries: list[CatalogueEntry], starter: str, embedding: str, speech: str = "") -> None:
        """Raises Defect where ids repeat or one of the named is not among them. speech "": none is offered."""
        self.entries = entries
        self._by_id = {entry.id: entry for entry in entries}
        if len(self._by_id) != len(entries):
            raise Defect("two catalogue entries share an id")
        if self._kind_of(starter) != "chat" or self._kind_of(embedding) != "embedding":
            raise Defect("the catalogue's starter or embedding model is not an entry of that kind")
        if speech and self._kind_of(speech) != "speech":
            raise Defect("the catalogue's speech model is not an entry of that kind")
        self.starter = starter
        self.embedding = embedding
        self.speech = speech

    @classmethod
    def load(cls) -> Catalogue:
        """The catalogue that comes with the program. Raises Defect where it is not valid."""
        raw = files("resources").joinpath("domain", "models.json").read_bytes()
        return cls.decode(raw)

    @classmethod
    def decode(cls, raw: bytes) -> Catalogue:
        """Raises Defect for anything but a catalogue of this schema."""
        try:
            document = msgspec.json.decode(raw, type=_Document)
        except msgspec.MsgspecError as error:
            raise Defect(f"the model catalogue is not valid: {error}") from error
        if document.schema != SCHEMA:
            raise Defect(f"the model catalogue has schema {document.schema}, this program reads {SCHEMA}")
        return cls(document.models, document.starter, document.embedding, document.speech)

    def find(self, model_id: str) -> CatalogueEntry | None:
        return self._by_id.get(model_id)

    def entry(self, model_id: str) -> CatalogueEntry:
        """Raises ModelMissing for an id that is not offered."""
        entry = self._by_id.get(model_id)
        if entry is None:
            raise ModelMissing(
                f"There is no model called “{model_id}” to fetch.",
                "Choose one from the list of models (chartside models list).",
            )
        return entry

    def with_sha256(self, sha256: str) -> CatalogueEntry | None:
        """The single-file entry whose file has this sum, if any."""
        for entry in self.entries:
            if len(entry.files) == 1 and entry.files[0].sha256 == sha256:
                return entry
        return None

    def _kind_of(self, model_id: str) -> str | None:
        entry = self._by_id.get(model_id)
        return entry.kind if entry else None
