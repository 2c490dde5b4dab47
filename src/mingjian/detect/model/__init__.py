"""Model files: what they would do when loaded, read from their bytes and never by loading."""
