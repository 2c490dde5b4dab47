"""Documents that go to others: one structure, written as HTML, PDF or DOCX."""
