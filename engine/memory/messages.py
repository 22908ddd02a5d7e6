"""What the memory child is asked to do, and what it answers. Vectors travel as little-endian float32 bytes."""

from __future__ import annotations

from msgspec import Struct

from engine.types import Chunk, DocumentText
from engine.workers.protocol import Empty, Method


class LoadEmbedder(Struct, frozen=True):
    """Load the model in folder. wait=False returns at once and loads on; calls that need it then wait for it."""

    folder: str
    wait: bool = True


class EmbedderInfo(Struct, frozen=True):
    """Facts of the loaded model; zero while it is still loading."""

    dimensions: int = 0
    max_tokens: int = 0


class ChunkDocument(Struct, frozen=True):
    """A document to cut into passages. lines may be left out: they are not needed here."""

    document: DocumentText


class Chunks(Struct, frozen=True):
    chunks: list[Chunk]


class EmbedTexts(Struct, frozen=True):
    """Texts to embed in one go. Keep calls short (a few hundred milliseconds): a query waits behind them.

    folder: the model to load first if it is not loaded, as in a child that was just replaced.
    """

    texts: list[str]
    folder: str


class Vectors(Struct, frozen=True):
    """Rows of dimensions float32 each; seconds is the time the model took."""

    data: bytes
    dimensions: int
    seconds: float = 0.0


class AddVectors(Struct, frozen=True):
    ids: list[int]
    data: bytes
    dimensions: int


class RemoveVectors(Struct, frozen=True):
    ids: list[int]


class QueryIndex(Struct, frozen=True):
    """The k nearest to a text, or to a vector if one is given. folder: the model for a text, as in EmbedTexts."""

    k: int
    text: str = ""
    folder: str = ""
    vector: bytes = b""


class Neighbours(Struct, frozen=True):
    """Ids with cosine similarities, best first, out of size vectors; vector is the query's own.

    embedding_s and search_s: seconds for the query's vector, and for its neighbours.
    """

    ids: list[int]
    similarities: list[float]
    size: int
    vector: bytes = b""
    embedding_s: float = 0.0
    search_s: float = 0.0


class IndexStatus(Struct, frozen=True):
    """size: vectors that can be searched; unsettled: those of them that are not in Chroma's graph yet."""

    size: int
    unsettled: int
    embedder: EmbedderInfo


LOAD_EMBEDDER: Method[LoadEmbedder, EmbedderInfo, Empty] = Method("memory.load", LoadEmbedder, EmbedderInfo, Empty)
CHUNK_DOCUMENT: Method[ChunkDocument, Chunks, Empty] = Method("memory.chunk", ChunkDocument, Chunks, Empty)
EMBED_TEXTS: Method[EmbedTexts, Vectors, Empty] = Method("memory.embed", EmbedTexts, Vectors, Empty)
ADD_VECTORS: Method[AddVectors, IndexStatus, Empty] = Method("memory.add", AddVectors, IndexStatus, Empty)
REMOVE_VECTORS: Method[RemoveVectors, IndexStatus, Empty] = Method("memory.remove", RemoveVectors, IndexStatus, Empty)
QUERY_INDEX: Method[QueryIndex, Neighbours, Empty] = Method("memory.query", QueryIndex, Neighbours, Empty)
CLEAR_INDEX: Method[Empty, IndexStatus, Empty] = Method("memory.clear", Empty, IndexStatus, Empty)
STATUS: Method[Empty, IndexStatus, Empty] = Method("memory.status", Empty, IndexStatus, Empty)
