"""Signals in sound recordings."""
