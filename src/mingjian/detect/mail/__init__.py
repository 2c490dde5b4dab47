"""Signs in e-mail."""
