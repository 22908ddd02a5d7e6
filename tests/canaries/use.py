"""Uses a workspace with every planted word, then ends as it is told: python -m tests.canaries.use DATA MODELS ENDING.

ENDING: wait (until killed), lock, abort (a native crash), error (a defect).
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
from pathlib import Path

from engine.assistant.history import History
from engine.clock import utc_now
from engine.crashes import CrashReporter
from engine.errors import UserError
from engine.exports import Protection
from engine.hardening import harden
from engine.library.shelf import Shelf
from engine.log import Log
from engine.memory.client import EmbeddedDocument
from engine.paths import Paths
from engine.types import (
    Answer,
    Chunk,
    DocumentText,
    ModelRef,
    NoteFormat,
    NoteTemplate,
    PageText,
    Role,
    SectionTemplate,
    Timings,
    TurnState,
    VisitFilter,
)
from engine.vault.audit.journal import Journal
from engine.vault.repositories.sound import SoundStore
from engine.workspace import Workspace
from tests.canaries.planted import Planted


def main() -> None:
    data, models, ending = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    harden()
    paths, planted = Paths(data, models), Planted.make()
    paths.prepare()
    log = Log.start(paths.log_dir)
    crashes = CrashReporter(paths.crash_dir, "test")
    crashes.start()
    workspace = Workspace.create(paths, planted.passphrases[0], name=planted.user_names[0])
    use(workspace, planted)
    _fail(crashes, planted)
    print("used", flush=True)
    if ending == "wait":
        time.sleep(600)
    elif ending == "abort":
        os.abort()
    elif ending == "error":
        raise RuntimeError(planted.text[0])
    workspace.close()
    crashes.close()
    log.close()


def use(workspace: Workspace, planted: Planted) -> None:
    """Import, ask, note visits, edit, delete, add people, export, back up."""
    _people(workspace, planted)
    _documents(workspace, planted)
    _conversations(workspace, planted)
    _visits(workspace, planted)
    out = Path(os.environ["HOME"])
    encrypted = Protection(passphrase=planted.passphrases[1])
    workspace.audit.export(out / "record.zip", protection=encrypted)
    workspace.assistant.save_why(workspace.assistant.conversations()[0].id, out / "why.zip", encrypted)
    for format in NoteFormat:
        workspace.visits.export(workspace.visits.list()[0].id, format, out / f"note-{format}.zip", encrypted)
    workspace.backups.make()


def _people(workspace: Workspace, planted: Planted) -> None:
    for name, passphrase in zip(planted.user_names[1:], planted.passphrases[1:], strict=True):
        workspace.people.add(name, Role.CLINICIAN, passphrase)
    workspace.people.disable(workspace.people.list()[-1].id)
    key = workspace.people.make_recovery_key()
    workspace.people.confirm_recovery_key(key)


def _documents(workspace: Workspace, planted: Planted) -> None:
    shelf = Shelf(workspace._database, utc_now, Journal(lambda: workspace.actor.id))
    removed = []
    for number, name in enumerate(planted.file_names):
        words = [*planted.text[number::20], planted.removed[number]]
        raw = (planted.file_bytes[number % 15] + " ").encode() * 5000
        document = shelf.put(Path(f"/home/{name}/{name}.txt"), "txt", raw, hashlib.sha256(raw).hexdigest(), None)
        text = f"Seen today: {' and '.join(words)}."
        passages = [Chunk(0, len(text), 1, words[0], text)]
        content = DocumentText(text, [PageText(1, 0, len(text))], [], [], words[0], True, [])
        shelf.store_read(document, content, passages)
        shelf.store_embedded(document, EmbeddedDocument(passages, planted.vectors[number], "canary"))
        removed.append(document)
    workspace.library.search(planted.text[0], k=3)
    # A real file through the real reader, in a child process.
    file = Path(os.environ["HOME"]) / "elsewhere" / f"{planted.file_names[0]}.md"
    workspace.library.add([file])
    workspace.library.wait(60)
    shelf.remove(removed[10:])


def _conversations(workspace: Workspace, planted: Planted) -> None:
    history = History(workspace._database, utc_now, Journal(lambda: workspace.actor.id), workspace.actor.id)
    for number, question in enumerate(planted.questions):
        turn, _before = history.begin(f"What of {question}?", None, None)
        answer = Answer(f"It is {planted.answers[number]}.", True, [], [], ModelRef("m", ""), Timings())
        history.save(turn, TurnState.DONE, answer=answer)
        if number < len(planted.titles):
            history.rename(turn.conversation_id, planted.titles[number])
        if number % 4 == 0:
            history.delete(turn.conversation_id)
    history.keep_drafts({None: " ".join(planted.drafts)})
    try:
        workspace.assistant.ask(f"And {planted.questions[1]}?")
    except UserError as error:  # there is no model here
        logging.getLogger("engine").warning("asked", extra={"fields": {"error": error}})


def _visits(workspace: Workspace, planted: Planted) -> None:
    """Every other one is signed, which deletes its sound; words that were taken away are gone for good."""
    sections = [SectionTemplate("", word, word) for word in planted.templates[1:]]
    template = workspace.templates.save(NoteTemplate("", planted.templates[0], "", sections))
    visits = workspace.visits
    for number, patient in enumerate(planted.patients):
        visit_id = visits.new(patient=patient, template=template.id).id
        lines = [f"Patient: It is {word}." for word in planted.said[number::6]]
        unsaid = visits.paste(visit_id, "\n".join([*lines, f"Doctor: No {planted.unsaid[number]}."]))
        visits.edit_utterance(visit_id, unsaid.transcript.utterances[-1].id, text="")
        visits.consent(visit_id)
        store = SoundStore(workspace._database, visit_id)
        for piece in planted.sound[number::6]:
            store.append(piece)
        for key, word in zip([each.key for each in template.sections], planted.notes[number::6], strict=False):
            visits.edit_section(visit_id, key, f"There is more than a little {word} to be seen.")
        visits.list(VisitFilter(query=planted.said[number]))
        if number % 2 == 0:
            visits.sign(visit_id)
            visits.amend(visit_id, f"And {planted.addenda[number]}.")


def _fail(crashes: CrashReporter, planted: Planted) -> None:
    """What goes wrong has words in it, and libraries log what they like."""
    for word in (*planted.reasons, *planted.text[:5], *planted.user_names[:3]):
        logging.getLogger("library.of.others").warning("about %s", word)
        try:
            raise ValueError(word) from UserError(f"“{word}” could not be read.", details=word)
        except ValueError as error:
            logging.getLogger("engine").exception("failed")
            crashes.report(error)


if __name__ == "__main__":
    main()
