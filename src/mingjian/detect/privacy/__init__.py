"""Personal information in text: found, counted as the law counts, and redacted."""
