"""The test of an installer as a clinic gets it: a clean system, no network, a person at the keyboard."""
