"""The curated table: every current order line once, as typed Parquet in an Apache Iceberg table.

`current` says what the reports of the function hold, `table_pieces` what the table holds, `changes`
plans the way from one to the other, `rows` makes the files and `table` commits them. Each commit
replaces whole source files, and succeeds only on the snapshot that it was planned on. So a run that
dies, is repeated or runs beside another one never counts a row twice: the next plan starts from the
table.
"""
