"""Headless engine of Chartside: everything but the window."""
