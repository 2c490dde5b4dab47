"""Signs in links."""
