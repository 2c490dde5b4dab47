"""Signs in the wording of longer texts."""
