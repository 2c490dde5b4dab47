"""Measured results. `make bench` runs every module here and writes docs/measured.md."""
