"""Run by the frozen program before anything else, in the children, too: programs of the system get their own libraries.

PyInstaller's starter points LD_LIBRARY_PATH at the bundle. This process has read it by now; a file manager or a browser
that it opens would load the bundle's libraries in place of its own. The starter's other variables go as well: with them
a child's starter believes that everything is set already, and the child would look for the libraries in the system.
"""

import os

for _name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[_name]
os.environ.pop("LD_LIBRARY_PATH", None)
_before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if _before is not None:
    os.environ["LD_LIBRARY_PATH"] = _before
