"""Example third-party detector for Mingjian."""
