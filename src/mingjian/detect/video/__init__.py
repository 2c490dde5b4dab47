"""Signals in moving pictures."""
