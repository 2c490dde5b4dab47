"""Signals in still pictures."""
