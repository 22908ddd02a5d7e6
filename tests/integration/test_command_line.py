"""The command line as a contract: its JSON, its streams and its exit codes, from a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.paths import Paths

from .conftest import CHAT_MODEL, PASSPHRASE, QUESTION, copied

pytestmark = pytest.mark.model

HIT = {"rank", "document_id", "document", "page", "section", "text", "score"}
ANSWER = {"answer", "answered", "unmentioned", "sentences", "sources", "model", "timings", "conversation_id", "turn_id"}
SENTENCE = {"text", "verdict", "findings", "sources"}
DOCUMENT = {
    "id", "document", "kind", "state", "pages", "chunks", "keyword_only", "sha256", "added_at", "warnings", "error"
}  # fmt: skip
SOURCE = {"document_id", "document", "page", "quote"}
TIMINGS = {"search_ms", "first_token_ms", "tokens", "tokens_per_s"}
FOLLOW_UP = "And when is it repeated?"


@dataclass
class CommandLine:
    """Runs chartside in a process of its own on one data folder."""

    data: Path
    models: Path
    passphrase_file: Path

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", "--data", str(self.data), "--passphrase-file", str(self.passphrase_file),
             *arguments],
            input=stdin, capture_output=True, text=True, timeout=240, check=False,
            env=os.environ | {"CHARTSIDE_MODELS": str(self.models)},
        )  # fmt: skip

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run("--json", *arguments)
        assert done.returncode == 0, done.stderr
        (line,) = done.stdout.splitlines()
        value: dict[str, Any] = json.loads(line)
        return value


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    return write_passphrase(tmp_path)


def write_passphrase(folder: Path) -> Path:
    file = folder / "passphrase"
    file.write_text(PASSPHRASE + "\n", encoding="utf-8")
    return file


@pytest.fixture
def samples(sample_paths: Paths, passphrase_file: Path) -> CommandLine:
    return CommandLine(sample_paths.data, sample_paths.models, passphrase_file)


@pytest.fixture
def nothing(tmp_path: Path, models_dir: Path, passphrase_file: Path) -> CommandLine:
    return CommandLine(tmp_path / "data", models_dir, passphrase_file)


@dataclass
class Asked:
    """A question that was answered with --json, on a workspace of its own, and what was printed."""

    command_line: CommandLine
    answer: dict[str, Any]

    @property
    def turn(self) -> str:
        return str(self.answer["turn_id"])


@pytest.fixture(scope="module")
def asked(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory, models_dir: Path) -> Asked:
    """Once for all tests that look at one: a process takes half a minute until it has answered."""
    folder = tmp_path_factory.mktemp("asked")
    paths = copied(sample_folder, folder, models_dir)
    here = CommandLine(paths.data, paths.models, write_passphrase(folder))
    return Asked(here, here.json("--model", CHAT_MODEL, "ask", QUESTION))


def test_search_json_without_progress_where_there_is_no_terminal(samples: CommandLine) -> None:
    done = samples.run("--json", "search", QUESTION, "-k", "3")
    assert done.returncode == 0, done.stderr
    assert "\r" not in done.stderr
    (line,) = done.stdout.splitlines()
    result = json.loads(line)
    assert result.keys() == {"hits", "ms"}
    assert [hit["rank"] for hit in result["hits"]] == [1, 2, 3]
    assert all(hit.keys() == HIT for hit in result["hits"])
    assert result["hits"][0]["document"] == "Anaphylaxis protocol.pdf"


def test_ask_json(asked: Asked) -> None:
    result = asked.answer
    assert result.keys() == ANSWER
    assert result["answered"]
    assert result["timings"].keys() == TIMINGS
    assert result["model"].keys() == {"id", "sha256"}
    assert all(source.keys() == SOURCE for source in result["sources"])
    assert all(sentence.keys() == SENTENCE for sentence in result["sentences"])


def test_text_output_of_a_follow_up_names_page_and_quote(asked: Asked) -> None:
    conversation = str(asked.answer["conversation_id"])
    done = asked.command_line.run("ask", FOLLOW_UP, "--conversation", conversation, "--model", CHAT_MODEL)
    assert done.returncode == 0, done.stderr
    assert "Anaphylaxis protocol.pdf, p. " in done.stdout
    record = asked.command_line.json("why", str(asked.answer["turn_id"] + 1))
    assert record["question"] == FOLLOW_UP
    assert record["conversation_id"] == asked.answer["conversation_id"]
    assert record["searched_as"].startswith(QUESTION)


def test_why_is_saved_and_replayed_without_the_workspace(asked: Asked, tmp_path: Path) -> None:
    samples, model = asked.command_line, asked.answer["model"]
    record = samples.json("why", asked.turn)
    assert record["question"] == QUESTION and record["model"] == {**model, "name": record["model"]["name"]}
    assert record["format"] == "chartside-why" and record["sampling"]["seed"] == 0
    assert {"keyword_rank", "dense_rank", "score", "in_prompt"} <= record["passages"][0].keys()
    file = tmp_path / "why.json"
    reason = ("--reason", "for the round on quality")
    assert samples.json("why", asked.turn, "--save", str(file), *reason) == {"saved": str(file)}
    shown = samples.run("why", asked.turn)
    assert model["sha256"] in shown.stdout and "What the model saw" in shown.stdout
    elsewhere = CommandLine(tmp_path / "elsewhere", samples.models, samples.passphrase_file)
    result = elsewhere.json("replay", str(file))
    assert result.keys() == {"same", "text", "recorded", "first_difference", "model_same", "changed"}
    assert result["same"] and result["model_same"] and result["text"] == record["written"]
    # Another answer; the prompt is short, because the long one was read above.
    short = {"prompt": [["Say good morning.", False]], "evaluated": [], "written": "Nothing."}
    changed = tmp_path / "changed.json"
    sampling = {**record["sampling"], "max_tokens": 16}
    changed.write_text(json.dumps({**record, **short, "sampling": sampling}), encoding="utf-8")
    done = elsewhere.run("replay", str(changed))
    assert done.returncode == 3
    assert "Another answer, from character 0 on" in done.stdout
    assert samples.run("why", "999").returncode == 3


def test_cases_print_one_line_each_in_order(samples: CommandLine, tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(
        json.dumps({"id": "a", "question": QUESTION}) + "\n\n" + json.dumps({"id": "b", "question": "opening hours"}),
        encoding="utf-8",
    )
    done = samples.run("search", "--cases", str(cases))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    assert all(line.keys() == {"id", "hits", "ms"} for line in lines)


def test_library_add_list_and_remove(nothing: CommandLine, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "keys.md").write_text("# Keys\n\nThe pharmacy key hangs in the manager's office.", encoding="utf-8")
    added = nothing.json("library", "add", str(folder))["documents"]
    assert [document["state"] for document in added] == ["ready"]
    listed = nothing.json("library", "list")["documents"]
    assert [document["document"] for document in listed] == ["keys.md"]
    assert listed[0].keys() == DOCUMENT
    assert listed[0]["keyword_only"] is False
    assert nothing.json("library", "remove", str(listed[0]["id"])) == {"removed": [listed[0]["id"]]}
    assert nothing.json("library", "list") == {"documents": []}


def test_without_the_search_model_documents_are_found_by_their_words(tmp_path: Path, passphrase_file: Path) -> None:
    here = CommandLine(tmp_path / "data", tmp_path / "no models", passphrase_file)
    note = tmp_path / "keys.md"
    note.write_text("# Keys\n\nThe pharmacy key hangs in the manager's office.", encoding="utf-8")
    added = here.run("library", "add", str(note))
    assert added.returncode == 0, added.stderr
    assert "1 ready, 0 unchanged, 0 not imported." in added.stdout
    assert "chartside models fetch all-minilm-l6-v2" in added.stderr
    (listed,) = here.json("library", "list")["documents"]
    assert (listed["state"], listed["keyword_only"], listed["error"]) == ("ready", True, None)
    assert "by keywords only" in here.run("library", "list").stdout
    (hit,) = here.json("search", "Where is the pharmacy key?")["hits"]
    assert "manager's office" in hit["text"]


def test_a_refused_file_is_named_with_advice_and_the_exit_code_says_so(nothing: CommandLine, tmp_path: Path) -> None:
    bad = tmp_path / "sheet.xlsx"
    bad.write_bytes(b"PK\x03\x04")
    done = nothing.run("library", "add", str(bad))
    assert done.returncode == 3
    assert "sheet.xlsx" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["search", "anything"], 3, "no workspace"),
        (["models", "use", "no-such-model"], 3, "no-such-model"),
        (["library", "nonsense"], 2, "invalid choice"),
        (["search", "x", "-k", "0"], 2, "1 to 100"),
    ],
)
def test_failures_have_their_exit_code_and_say_why(
    nothing: CommandLine, arguments: list[str], code: int, said: str
) -> None:
    done = nothing.run(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


def test_a_wrong_passphrase_is_an_expected_failure(samples: CommandLine, tmp_path: Path) -> None:
    samples.passphrase_file.write_text("not the passphrase", encoding="utf-8")
    done = samples.run("library", "list")
    assert done.returncode == 3
    assert "passphrase" in done.stderr


def test_models_list_json(nothing: CommandLine) -> None:
    models = nothing.json("models", "list")["models"]
    installed = {model["id"] for model in models if model["state"] == "installed"}
    assert CHAT_MODEL in installed


def test_doctor_finds_everything_well(samples: CommandLine) -> None:
    result = samples.json("doctor", "--model", CHAT_MODEL)
    assert result["ok"], result
    assert {check["name"] for check in result["checks"]} >= {"libraries", "encryption", "language model", "offline"}
