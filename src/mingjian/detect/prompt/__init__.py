"""Signs in what is put before a language model."""
