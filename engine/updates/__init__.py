"""Updates of the installed program from a signed file: verified, unpacked beside the running version, switched to.

docs/adr/0007-update-files.md tells the format and why it is as it is.
"""
