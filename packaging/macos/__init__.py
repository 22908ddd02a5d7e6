"""The macOS application: what its property list says, what it may do, and how it becomes a disk image."""
