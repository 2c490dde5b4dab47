"""Signs in data sets that models learn from."""
