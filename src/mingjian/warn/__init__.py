"""Counts become baselines, baselines become alarms: what is expected, and what is an excess."""
