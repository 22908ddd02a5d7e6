"""Run by the frozen program before anything else: programs of the system must not get our libraries.

PyInstaller's starter points LD_LIBRARY_PATH at the bundle. This process has read it by now; a file manager or a browser
that it opens would load the bundle's libraries in place of its own.
"""

import os

os.environ.pop("LD_LIBRARY_PATH", None)
_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is not None:
    os.environ["LD_LIBRARY_PATH"] = _before
