"""A mixed load on a workspace, and what must hold of it afterwards however it ended.

Every act is announced before it begins and acknowledged once it is durable, one line of JSON each. After a crash
everything acknowledged must be there, an announced act may have happened or not, and nothing may be half there.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.assistant.history import History
from engine.clock import utc_now
from engine.library.shelf import Shelf
from engine.memory.client import EmbeddedDocument
from engine.types import Answer, Chunk, DocumentState, DocumentText, ModelRef, PageText, Timings, TurnState
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import chunks

Say = Callable[[dict[str, Any]], None]
DIMENSIONS = 8
_WORDS = "fever dose allergy renal insulin steroid follow-up cough wound antibiotic".split()


@dataclass
class Load:
    """Acts as people do, one after the other. say: called with every announcement and acknowledgement."""

    database: Database
    user_id: str
    chance: random.Random
    say: Say
    back_up: Callable[[], str] | None = None
    documents: list[int] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    conversations: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        journal = Journal(lambda: self.user_id)
        self._shelf = Shelf(self.database, utc_now, journal)
        self._history = History(self.database, utc_now, journal)
        self.documents = [info.id for info in self._shelf.documents() if info.state == DocumentState.READY]
        self.conversations = [each.id for each in self._history.conversations()]

    def act(self) -> None:
        """One act; which one is up to chance."""
        acts: list[Callable[[], None]] = [self.add, self.add, self.ask, self.ask, self.edit]
        if len(self.documents) > 2:
            acts.append(self.remove)
        if self.removed:
            acts.append(self.purge)
        if self.back_up is not None and self.chance.random() < 0.1:
            acts = [self.make_backup]
        self.chance.choice(acts)()

    def add(self) -> None:
        """Import a document: file, text, passages, vectors."""
        content = self.chance.randbytes(self.chance.randint(100, 200_000))
        sha = hashlib.sha256(content).hexdigest()
        self.say({"will": "add", "sha": sha})
        document_id = self._shelf.put(Path(f"{sha[:8]}.txt"), "txt", content, sha, None)
        text, passages = self._text()
        self._shelf.store_read(document_id, text, passages)
        vectors = self.chance.randbytes(4 * DIMENSIONS * len(passages))
        self._shelf.store_embedded(document_id, EmbeddedDocument(passages, vectors, "load"))
        self.documents.append(document_id)
        self.say({"did": "add", "id": document_id, "sha": sha, "text": _digest(text.text), "passages": len(passages)})

    def ask(self) -> None:
        """Ask, and store what is answered in three steps."""
        question, answer = self._sentence(8), self._sentence(60)
        self.say({"will": "ask"})
        conversation = self.chance.choice([None, *self.conversations[-3:]])
        turn, _before = self._history.begin(question, conversation, None)
        self._history.save(turn, TurnState.PENDING, answer=_answer(answer[:100]))
        self._history.save(turn, TurnState.DONE, answer=_answer(answer))
        if turn.conversation_id not in self.conversations:
            self.conversations.append(turn.conversation_id)
        self.say({"did": "ask", "id": turn.id, "text": _digest(answer)})

    def edit(self) -> None:
        """Rename a conversation."""
        if not self.conversations:
            return
        conversation, title = self.chance.choice(self.conversations), self._sentence(4)
        self.say({"will": "edit", "id": conversation})
        self._history.rename(conversation, title)
        self.say({"did": "edit", "id": conversation, "title": title})

    def remove(self) -> None:
        document_id = self.documents.pop(self.chance.randrange(len(self.documents)))
        self.say({"will": "remove", "id": document_id})
        self._shelf.remove([document_id])
        self.removed.append(document_id)
        self.say({"did": "remove", "id": document_id})

    def purge(self) -> None:
        self.say({"will": "purge", "ids": self.removed})
        self._shelf.purge_removed()
        self.say({"did": "purge", "ids": self.removed})
        self.removed = []

    def make_backup(self) -> None:
        assert self.back_up is not None
        self.say({"will": "backup"})
        self.say({"did": "backup", "file": self.back_up()})

    def _text(self) -> tuple[DocumentText, list[Chunk]]:
        passages, start, lines = [], 0, []
        for _ in range(self.chance.randint(1, 12)):
            line = self._sentence(40)
            passages.append(Chunk(start, start + len(line), 1, "Load", line))
            lines.append(line)
            start += len(line) + 1
        whole = "\n".join(lines)
        return DocumentText(whole, [PageText(1, 0, len(whole))], [], [], "A document", True, []), passages

    def _sentence(self, words: int) -> str:
        return " ".join(self.chance.choice(_WORDS) for _ in range(words)) + f" {self.chance.getrandbits(40):x}"


class Expected:
    """What the lines of a load promise, over all its runs."""

    def __init__(self, lines: Iterable[dict[str, Any]] = ()) -> None:
        self.added: dict[int, dict[str, Any]] = {}
        self.asked: dict[int, str] = {}
        self.titles: dict[int, set[str] | None] = {}
        self.may_be_gone: set[int] = set()
        self.gone: set[int] = set()
        self.backups: list[str] = []
        for line in lines:
            self.take(line)

    def take(self, line: dict[str, Any]) -> None:
        match line:
            case {"did": "add"}:
                self.added[line["id"]] = line
            case {"did": "ask"}:
                self.asked[line["id"]] = line["text"]
            case {"will": "edit", "id": conversation}:
                self.titles[conversation] = None
            case {"did": "edit", "id": conversation, "title": title}:
                self.titles[conversation] = {title}
            case {"will": "remove", "id": document}:
                self.may_be_gone.add(document)
            case {"did": "remove", "id": document}:
                self.gone.add(document)
            case {"did": "backup", "file": file}:
                self.backups.append(file)

    def missing(self, database: Database) -> list[str]:
        """What was promised and is not there, or is half there; empty when all is well."""
        shelf = Shelf(database, utc_now, Journal())
        return (
            database.check() + database.read(_problems) + list(self._documents(database, shelf)) + self._turns(database)
        )

    def _documents(self, database: Database, shelf: Shelf) -> Iterator[str]:
        shown = {info.id: info for info in shelf.documents()}
        for document_id, line in self.added.items():
            if document_id not in shown:
                if document_id not in self.may_be_gone:
                    yield f"document {document_id} is lost"
                continue
            if document_id in self.gone:
                yield f"document {document_id} is back"
            if hashlib.sha256(shelf.content(document_id)).hexdigest() != line["sha"]:
                yield f"the file of document {document_id} is another"
            if _digest(shelf.text(document_id).text) != line["text"]:
                yield f"the text of document {document_id} is another"
        for document_id, info in shown.items():
            found = database.read(lambda c, d=document_id: chunks.document_vectors(c, d))  # type: ignore[misc]
            if info.state == DocumentState.READY and len(found.data) != 4 * DIMENSIONS * info.chunks:
                yield f"document {document_id} is ready without all of its vectors"

    def _turns(self, database: Database) -> list[str]:
        history = History(database, utc_now, Journal())
        problems = []
        for turn_id, text in self.asked.items():
            turn = history.turn(turn_id)
            if turn.state is not TurnState.DONE or turn.answer is None or _digest(turn.answer.text) != text:
                problems.append(f"answer {turn_id} is not as it was stored")
        titles = dict(database.read(lambda c: c.execute("SELECT id, title FROM conversations").fetchall()))
        for conversation, allowed in self.titles.items():
            if allowed is not None and titles.get(conversation) not in allowed:
                problems.append(f"conversation {conversation} lost its name")
        return problems


def _problems(connection: Connection) -> list[str]:
    """What the tables say of each other: nothing without its owner, every word found."""
    problems = []
    for table, column, owner in (("chunks", "document_id", "documents"), ("turns", "conversation_id", "conversations")):
        sql = f"SELECT count(*) FROM {table} WHERE {column} NOT IN (SELECT id FROM {owner})"
        if (row := connection.execute(sql).fetchone()) and row[0]:
            problems.append(f"{row[0]} of {table} belong to nothing")
    searchable, found = (
        connection.execute(sql).fetchone()[0]  # type: ignore[index]
        for sql in (
            "SELECT count(*) FROM chunks c JOIN documents d ON d.id = c.document_id WHERE d.searchable",
            "SELECT count(*) FROM chunk_search_docsize",
        )
    )
    if searchable != found:
        problems.append(f"{found} of {searchable} passages are found")
    return problems


def read_lines(text: str) -> list[dict[str, Any]]:
    """The complete lines of a load's output; the last one may have been cut."""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _answer(text: str) -> Answer:
    return Answer(text, True, [], [], ModelRef("load", "", ""), Timings())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
