from __future__ import annotations

import pytest

from engine.evidence.lexicons import Lexicons, load_lexicons


@pytest.fixture(scope="session")
def lexicons() -> Lexicons:
    return load_lexicons()
