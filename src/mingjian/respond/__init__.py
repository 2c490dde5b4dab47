"""Playbooks, drills and notices: what is done about an incident, step by step, by people."""
