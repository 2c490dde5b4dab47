"""Claims of disaster, epidemic, police and danger situations: spread and labels, never truth."""
