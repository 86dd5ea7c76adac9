"""A raw file's bytes as one reading: encoding, records, columns, numbers, dates."""
