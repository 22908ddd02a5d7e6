"""The Windows installer: its NSIS script, what it is given, how it is signed, and how it is tried."""
