"""Why a file or a row is not accepted: every code with its meaning.

`docs/rejections.md` shows these tables; a test compares the two.
"""

FILE_CODES = {
    "empty": "the file has no bytes, or nothing but blank lines",
    "binary": "the file is neither a text nor a workbook or an archive that is read",
    "not_in_encoding": "the file has bytes that the contract's encoding does not have",
    "damaged": "the compressed data, the archive or the workbook is damaged or cut short",
    "protected": "the workbook, or the file in an archive, has a password",
    "nothing_inside": "nothing in the archive or the workbook can be read as orders",
    "too_large": "over the contract's decompressed_bytes, or a workbook needs too much memory",
    "line_too_long": "a line is over the contract's line_bytes",
    "too_many_columns": "the header has more columns than the contract allows",
    "no_required_column": "no column for a required field: price, quantity or product_id",
    "ambiguous_columns": "two columns mean the same field",
    "ambiguous_dates": 'days and months cannot be told apart and the contract says "refuse"',
    "unclear_price": "a price may be one piece's or the whole line's, and no row shows which",
    "unclear_unit": "whole amounts may be of the currency or of its smallest unit, such as cents",
    "too_many_rejects": "more rows were rejected than the contract's max_rejected_share",
}

# More codes for a file in an archive that is not read; the other files in it are read.
MEMBER_CODES = {
    "nested_archive": "it is an archive itself",
    "unsafe_name": "its name points out of the archive, such as ../a.csv",
    "same_name": "several files in the archive have this name",
    "same_content": "it has the same bytes as another file in the archive",
}

TOO_MANY_CELLS = "too_many_cells"
ROW_CODES = {
    "empty": "a value is needed and the cell is empty",
    "not_a_number": "the cell is not a number in the file's number style",
    "not_whole": "a whole number is needed and this one has a fraction",
    "too_large": "more digits than the field may have",
    "too_precise": "more decimals than the field may have",
    "below_minimum": "less than the field's minimum (a negative price)",
    "zero": "zero, where the contract says nonzero",
    "return": 'a negative quantity, where the contract says returns = "reject"',
    "not_a_date": "the cell is not a date in any of the file's date formats",
    "year_out_of_range": "the date's year is not from 1970 to 2049, as in another calendar",
    "several_items": "quantity, price and product have as many parts, as a list of items has,"
    " and the row's own total does not prove it",
    TOO_MANY_CELLS: "the row has more cells than the header; its values are likely shifted",
    "split_number": "a comma without quotes seems to split a number in two cells, as in A,10,50,1",
    "shifted_cells": "a delimiter in a text without quotes seems to shift the row's cells, as in"
    " A,Paris, 75001,2,9.99,",
    "broken_record": "the line is not a JSON object, though others in the file are",
    "malformed_quote": "a quote opens and never closes, or closes in the middle of a cell",
    "total_row": "the row adds up the rows above it: a total, a subtotal or an average",
    "other_table": "the row is the header of a further table in the file, or stands below it",
    "money_movement": "a payout, a hold, a fee or another movement of money, not an order",
    "repeated_header": "the row is the header once more",
    "duplicate": 'equal to an earlier row in every cell, where duplicates = "reject"',
}

# What to do about a file with too many rejects of a code, the most telling first; other codes speak
# for a wrong column.
NEXT_STEPS = {
    TOO_MANY_CELLS: "put quotes around texts and numbers that have a comma, such as 10,5, or give"
    " each column a name, the first one, too",
    "below_minimum": "the numbers are below the contract's minimum; export returns as negative"
    " quantities, or set a lower minimum in the contract",
    "zero": "export the orders with their quantities, or set nonzero = false in the contract",
    "return": 'these are returns; set returns = "accept" in the contract to read them',
    "several_items": "export one row per item, or a column with each order's total",
    "split_number": "numbers such as 10,50 have a comma but no quotes; export the file with"
    " semicolons, or with quotes around such numbers",
    "shifted_cells": "texts have a delimiter but no quotes; export the file with quotes around"
    " texts",
    "too_precise": "export the numbers rounded, since programs write 19.99 as 19.989999999999998",
    "year_out_of_range": "export dates as YYYY-MM-DD in the Gregorian calendar",
}
OTHER_STEP = (
    'if another column has it, --map {field}="Header"; if not, correct the cells in the export'
)

LONGER_LINES = (
    "if these are orders, set line_bytes in the contract's [limits] higher; if not, export them as"
    " CSV"
)


class FileRefused(Exception):
    """A file that cannot be read as orders; the transform turns it into a refused report."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message
