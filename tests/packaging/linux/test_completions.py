"""The completions, each in its own real shell."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from linux import completions

from tests.packaging.tools import output, program

MODEL = "qwen2.5-coder-1.5b-instruct-q4_k_m"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model, a letter and a folder of protocols."""
    for name in ("ward.gguf", "letter.docx"):
        (tmp_path / name).touch()
    (tmp_path / "protocols").mkdir()
    return tmp_path


CASES = [
    ("chartside mo", {"models"}),
    ("chartside models ", {"list", "fetch", "import", "use", "remove"}),
    ("chartside --data protocols models fe", {"fetch"}),
    ("chartside --data models models fe", {"fetch"}),
    ("chartside models fetch qwen2.5-coder-1", {MODEL}),
    ("chartside --model qwen2.5-coder-1", {MODEL}),
    ("chartside ask --conv", {"--conversation"}),
    ("chartside models fetch --acc", {"--accept-terms"}),
    ("chartside --data pro", {"protocols"}),
    ("chartside check --text lett", {"letter.docx"}),
    ("chartside war", {"ward.gguf"}),
    ("chartside lett", set()),
    ("chartside library add lett", {"letter.docx"}),
    ("chartside ask lett", set()),
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_bash(folder, line, expected):
    script = folder / "completion"
    script.write_text(completions.bash(), "utf-8")
    ask = (
        'source ./completion; IFS=" " read -ra COMP_WORDS <<< "$1"; [[ $1 == *" " ]] && COMP_WORDS+=(""); '
        'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _chartside; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        [program("bash"), "--norc", "-c", ask, "bash", line], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert set(done.stdout.split()) == expected


def test_bash_completes_the_value_of_an_option_with_an_equals_sign(folder):
    (folder / "completion").write_text(completions.bash(), "utf-8")
    for words in ("chartside --data = pro", "chartside --data ="):
        last = len(words.split()) - 1
        ask = f"source ./completion; COMP_WORDS=({words}); COMP_CWORD={last}; _chartside; echo ${{COMPREPLY[@]}}"
        done = subprocess.run([program("bash"), "-c", ask], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["protocols"]


def test_shellcheck_finds_nothing_in_the_bash_completion(tmp_path):
    (tmp_path / "chartside.bash").write_text(completions.bash(), "utf-8")
    assert output(program("shellcheck"), "-s", "bash", tmp_path / "chartside.bash") == ""


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_fish(folder, line, expected):
    script = folder / "chartside.fish"
    script.write_text(completions.fish(), "utf-8")
    ask = f"source ./chartside.fish; complete -C '{line}'"
    done = subprocess.run(
        [program("fish"), "--no-config", "-c", ask], cwd=folder, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    found = {entry.split("\t")[0].rstrip("/") for entry in done.stdout.splitlines()}
    assert found == expected


# A shell on a terminal of its own: the completion is typed, and what the shell offers is read back.
ZSH = r"""
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; autoload -Uz compinit; fpath=($PWD \$fpath); compinit -u -d ./dump; bindkey '^I' complete-word"
zpty -w z "zstyle ':completion:*' insert-tab false; print RE''ADY"
zpty -r -m z seen '*READY*'
zpty -w -n z "$1"$'\t'
sleep 0.7
zpty -w -n z $'\001print -r -- "GOT<\005>"\n'
zpty -r -m z seen '*GOT<*>*' && zpty -r -m -t z rest '*' ; print -r -- "$seen$rest"
zpty -d z
"""


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("chartside mo", "chartside models"),
        ("chartside models fe", "chartside models fetch"),
        ("chartside models fetch --acc", "--accept-terms"),
        ("chartside --data pro", "chartside --data protocols"),
        ("chartside check --text lett", "letter.docx"),
        ("chartside war", "chartside ward.gguf"),
    ],
)
def test_zsh(folder, line, whole):
    (folder / "_chartside").write_text(completions.zsh(), "utf-8")
    done = subprocess.run(
        [program("zsh"), "-f", "-c", ZSH, "zsh", line],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert whole in done.stdout, done.stdout + done.stderr
