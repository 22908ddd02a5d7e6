"""The manual page says all that the parser knows, and mandoc finds nothing wrong with it."""

from __future__ import annotations

import os
import re

from linux import grammar, manual

from tests.packaging.tools import output, program

WHEN = 1_700_000_000


def test_mandoc_has_no_complaint(tmp_path):
    page = tmp_path / "chartside.1"
    page.write_text(manual.page(WHEN), "utf-8")
    assert output(program("mandoc"), "-Tlint", "-W", "style", page) == ""


def test_groff_has_no_complaint(tmp_path):
    page = tmp_path / "chartside.1"
    page.write_text(manual.page(WHEN), "utf-8")
    shown = output(program("man"), "--warnings", "-l", page, env={**os.environ, "MANWIDTH": "100", "LC_ALL": "C.UTF-8"})
    assert "warning" not in shown
    assert "CHARTSIDE(1)" in shown


def test_every_command_option_and_value_is_told():
    page = re.sub(r"\\f[BIR]", "", manual.page(WHEN)).replace("\\-", "-")
    for command in grammar.read().walk():
        if command.commands:
            continue
        assert " ".join(command.path) in page
        for option in command.options:
            assert all(name in page for name in option.names), option
        for value in command.values:
            assert value.name in page


def test_words_of_the_parser_cannot_become_requests():
    assert manual._text(".so /etc/passwd") == "\\&.so /etc/passwd"
    assert manual._text("it's a-b \\n") == "it\\(aqs a\\-b \\en"
    long = manual._text("word " * 20 + ".gguf " * 20)
    assert all(not line.startswith(".") and len(line) <= 80 for line in long.splitlines())
