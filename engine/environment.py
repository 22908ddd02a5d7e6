"""The environment of programs that are not this one."""

from __future__ import annotations

import os
import sys

# The frozen program points the loader at its own libraries and keeps what was there before under the second name.
_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LIBPATH")


def outside_environment() -> dict[str, str]:
    """This process's environment as it was before the frozen program changed it, for starting another program.

    Also for another version of this one: the last entry makes PyInstaller's loader forget that it was started by us.
    """
    environment = dict(os.environ)
    if not getattr(sys, "frozen", False):
        return environment
    for name in _LOADER:
        before = environment.pop(f"{name}_ORIG", None)
        if before is None:
            environment.pop(name, None)
        else:
            environment[name] = before
    environment["PYINSTALLER_RESET_ENVIRONMENT"] = "1"
    return environment
