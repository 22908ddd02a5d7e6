"""Backups: one encrypted file each, made while work goes on, verified before it counts, restored anywhere."""
