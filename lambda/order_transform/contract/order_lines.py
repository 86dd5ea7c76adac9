"""What makes two rows the same line of an order: one rule for each question that is asked.

The rules differ, since each question knows other rows:

- In one file, all of the line has to be equal (`LINE_IN_FILE`). An order may have a product on two
  lines, such as a full-priced and a reduced one. The moment does not count: a history of an order
  has the same line at several. The first look at a file asks this.
- In several files, quantity and price do not count (`LINE_IN_FILES`): a newer export may have
  corrected them, and the line would still count twice. The moment and the currency do, since
  programs use an order's number again. `status` and the query `repeated_lines` ask this.
- The curated table with `repeated_orders = "newest_file"` compares orders (`ORDER_ID`) and not
  lines: a line that the newest export of an order lacks was taken out of the order.
"""

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
)

# Of price and line total the first one that the file has.
LINE_IN_FILE = (ORDER_ID, PRODUCT_ID, PRODUCT_NAME, QUANTITY, PRICE, LINE_TOTAL)
LINE_IN_FILES = (ORDER_ID, PRODUCT_ID, "order_date", "currency")
