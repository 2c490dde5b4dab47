"""Container formats: where a file keeps its metadata. `metadata.read_metadata` is the way in."""
