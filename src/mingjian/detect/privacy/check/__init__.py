"""Validators: is this string a well-formed number of its kind? One file each, no context."""
