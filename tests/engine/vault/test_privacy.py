"""Nothing that was put into a workspace can be read in its folder, open, closed or killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.paths import Paths

# Sentences that appear nowhere else; looked for in the encodings that a careless writer would use.
PLANTED = {
    "document": "Zebulon Quastenflosser receives 17 mg of fictivastatin",
    "file": "the original file of Quirinus Nebelkrähe",
    "name": "Ottokar Wunderbaum discharge letter.pdf",
    "path": "/home/xanthippe/patients",
    "question": "Does Philomena Trockenpfeil tolerate imaginacillin",
    "answer": "Yes, Philomena Trockenpfeil tolerates it well",
    "conversation": "About Balthasar Regenwurm",
    "error": "page of Leokadia Sturmvogel is torn",
    "passphrase": "umbrella ladder monsoon cedar",
}

SCRIPT = """
import os, sys, json, logging
from pathlib import Path
from engine.crashes import CrashReporter
from engine.errors import UserError
from engine.log import Log
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.types import *
from engine.vault import migrations, opening
from engine.vault.repositories import conversations, documents, file_contents, lifecycle, turns
from tests.fixtures.vault.ready import store_ready
folder, ending, planted = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
paths = Paths(folder, folder / "models")
paths.prepare()
log = Log.start(paths.log_dir)
crashes = CrashReporter(paths.crash_dir, "test")
crashes.start()
settings = SettingsStore(paths.settings_file)
settings.update(lambda s: s)
vault = opening.create(paths, planted["passphrase"]).database
text = planted["document"]
def do(function, *values): return vault.transaction(lambda c: function(c, *values))
for number in range(30):
    file_id = file_contents.store(vault, [planted["file"].encode() * 5000])
    name = f"{number} " + planted["name"]
    new = documents.NewDocument(name, "pdf", str(number), 9, file_id, "now", planted["path"] + str(number))
    document = do(documents.insert, new)
    chunk = [Chunk(0, len(text), 1, text, text)]
    content = DocumentText(text, [PageText(1, 0, len(text))], [], [], text, True)
    do(store_ready, document, content, chunk, b"1234", "e")
    if number % 3 == 0: do(documents.set_failed, document, Problem(planted["error"]))
    if number % 3 == 1: do(lifecycle.remove, [document], "now")
    if number % 6 == 1: do(lifecycle.purge_removed)
    conversation = do(conversations.create, planted["conversation"], "now")
    turn = do(turns.add, conversation.id, planted["question"], "now")
    answer = Answer(planted["answer"], True, [], [], ModelRef("m", ""), Timings())
    vault.transaction(lambda c: turns.save(c, turn.id, TurnState.DONE, answer=answer))
vault.read(lambda c: conversations.search(c, "Trockenpfeil"))
for message in planted.values():
    logging.getLogger("library.of.others").warning("about %s", message)
    logging.getLogger("library.of.others").warning("about " + message)
    logging.getLogger("engine").info("event", extra={"fields": {"text": message}})
    try:
        raise ValueError(message) from UserError(f"\\u201c{message}\\u201d could not be read.", details=message)
    except ValueError as error:
        logging.getLogger("engine").exception("failed")
        crashes.report(error)
print("planted, ends by", ending, flush=True)
if ending == "lock":
    vault.close(); crashes.close(); log.close()
elif ending == "kill":
    os.kill(os.getpid(), 9)
elif ending == "native":
    os.abort()
elif ending == "error":
    raise RuntimeError(planted["document"])
"""


def readable(folder: Path) -> list[str]:
    """Which planted words stand in which file of folder, its name included."""
    found = []
    words = {word for sentence in PLANTED.values() for word in sentence.split() if len(word) > 7}
    for file in folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        for word in words:
            encodings = (word.encode(), word.encode("utf-16-le"), word.lower().encode(), word.encode().hex().encode())
            if any(each in content for each in encodings) or word in file.name:
                found.append(f"{word} in {file.name}")
    return found


@pytest.mark.parametrize("ending", ["lock", "open", "kill", "native", "error"])
def test_planted_words_are_found_nowhere(tmp_path: Path, ending: str) -> None:
    folder = tmp_path / "data"
    command = [sys.executable, "-c", SCRIPT, str(folder), ending, json.dumps(PLANTED)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert f"planted, ends by {ending}" in done.stdout, done.stderr
    paths = Paths(folder, tmp_path)
    # What is searched must be there, or the search proves nothing.
    assert paths.vault_file.stat().st_size > 3_000_000 or ending in {"kill", "native"}
    assert (paths.log_dir / "chartside.log").read_text().count("\n") > 3 * len(PLANTED)
    assert len(list(paths.crash_dir.glob("crash-*.txt"))) >= len(PLANTED)
    assert readable(folder) == []


def test_the_search_would_find_a_planted_word(tmp_path: Path) -> None:
    (tmp_path / "leak.bin").write_bytes(b"\x00\x01" + PLANTED["answer"].encode("utf-16-le"))
    assert readable(tmp_path) != []
