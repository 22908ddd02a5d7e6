"""A role whose import ends the process, as a broken native library would."""

import os

os._exit(9)
