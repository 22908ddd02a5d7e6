"""The environment of a program that this one starts or becomes: another version of itself, or one of the system."""

from __future__ import annotations

import os
import sys


def outside_environment() -> dict[str, str]:
    """This process's environment, without the traces that make the frozen program take itself for a child of this one.

    The loader's path is the person's own again by now (packaging/bundle/hooks/environment.py).
    """
    environment = dict(os.environ)
    if getattr(sys, "frozen", False):
        environment["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    return environment
