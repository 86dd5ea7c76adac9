"""Questions and their answers: query files, and answers as text, tables and charts."""
