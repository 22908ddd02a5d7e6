"""What opens a window and what is a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.arguments import WindowRequest, window_request


@pytest.mark.parametrize(
    ("arguments", "request_"),
    [
        ([], WindowRequest()),
        (["--data", "/w"], WindowRequest(Path("/w"))),
        (["--data=/w"], WindowRequest(Path("/w"))),
        (["/m/ward.gguf"], WindowRequest(None, (Path("/m/ward.gguf"),))),
        (["/m/WARD.GGUF"], WindowRequest(None, (Path("/m/WARD.GGUF"),))),
        (["/m/a.gguf", "--data", "/w"], WindowRequest(Path("/w"), (Path("/m/a.gguf"),))),
        (["/m/x.chartside-update"], WindowRequest(None, (Path("/m/x.chartside-update"),))),
        (["/m/x.chartside-backup"], WindowRequest(None, (Path("/m/x.chartside-backup"),))),
    ],
)
def test_windows(arguments, request_):
    assert window_request(arguments) == request_


@pytest.mark.parametrize(
    "arguments",
    [
        ["doctor"],
        ["--data", "/w", "doctor"],
        ["models", "import", "/m/ward.gguf"],
        ["--help"],
        ["--data"],
        ["letter.docx"],
        ["--model.gguf"],
        ["/m/ward.gguf", "--json"],
    ],
)
def test_commands(arguments):
    assert window_request(arguments) is None


def test_a_name_in_this_folder_is_made_whole(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    request = window_request(["ward.gguf"])
    assert request is not None
    assert request.files == (tmp_path / "ward.gguf",)
