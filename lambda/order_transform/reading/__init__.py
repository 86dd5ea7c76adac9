"""A raw file's bytes as one reading: encoding, records, columns, rows, numbers, dates, doubts."""
