"""The headers of exports that many shops and courses have, each read without any option."""

import pytest
from order_transform.reading.columns.columns import Columns, map_columns
from transformed import CONTRACT

# header, and what order_id, product_id, price, quantity and order_date are
KNOWN = {
    "Amazon": (
        "order-id,order-item-id,purchase-date,buyer-email,sku,product-name,quantity-purchased,"
        "currency,item-price,ship-country",
        "order-id,sku,item-price,quantity-purchased,purchase-date",
    ),
    "BigCommerce": (
        "Order ID,Order Date,Order Status,Product ID,Product SKU,Product Qty,Product Unit Price",
        "Order ID,Product ID,Product Unit Price,Product Qty,Order Date",
    ),
    "Etsy": (
        "Sale Date,Item Name,Buyer,Quantity,Price,Item Total,Currency,Transaction ID,Listing ID,"
        "Date Paid,Ship Country,Order ID,SKU",
        "Order ID,SKU,Price,Quantity,Sale Date",
    ),
    "eBay": (
        "Sales Record Number,Order Number,Buyer Name,Item Number,Item Title,Custom Label,Quantity,"
        "Sold For,Total Price,Sale Date",
        "Order Number,Item Number,Sold For,Quantity,Sale Date",
    ),
    "Magento": (
        "Order #,Purchased On,Customer Name,Item SKU,Item Name,Item Price,Qty Ordered,Item Status",
        "Order #,Item SKU,Item Price,Qty Ordered,Purchased On",
    ),
    "Shopify": (
        "Name,Email,Financial Status,Paid at,Currency,Total,Created at,Lineitem quantity,"
        "Lineitem name,Lineitem price,Lineitem sku,Billing Country",
        "Name,Lineitem sku,Lineitem price,Lineitem quantity,Created at",
    ),
    "WooCommerce": (
        "Order Number,Order Status,Order Date,SKU,Item Name,Quantity (- Refund),Item Cost",
        "Order Number,SKU,Item Cost,Quantity (- Refund),Order Date",
    ),
    "WooCommerce, by columns": (
        "order_id,order_number,date,status,item_name,item_sku,item_quantity,item_price,item_total",
        "order_id,item_sku,item_price,item_quantity,date",
    ),
    "sales with a cost": (
        "Region,Country,Item Type,Order Date,Order ID,Ship Date,Units Sold,Unit Price,Unit Cost",
        "Order ID,Item Type,Unit Price,Units Sold,Order Date",
    ),
    "a till": (
        "transaction_id,transaction_date,transaction_time,transaction_qty,store_id,product_id,"
        "unit_price,product_category,product_type,product_detail",
        "transaction_id,product_id,unit_price,transaction_qty,transaction_date",
    ),
    "a supermarket": (
        "Invoice ID,Branch,City,Product line,Unit price,Quantity,Tax 5%,Total,Date,Time,Payment",
        "Invoice ID,Product line,Unit price,Quantity,Date",
    ),
    "a date and a time": (
        "order_id,product_id,quantity,order_date,order_time,unit_price,total_price",
        "order_id,product_id,unit_price,quantity,order_date",
    ),
    "a line and its order": (
        "Sales per customer,Category Name,Customer Id,Customer Country,Order Country,"
        "order date (DateOrders),Order Id,Order Item Cardprod Id,Order Item Discount,Order Item Id,"
        "Order Item Product Price,Order Item Quantity,Sales,Order Item Total,Order Status,"
        "Product Card Id,Product Category Id,Product Name,Product Price",
        "Order Id,Product Card Id,Order Item Product Price,Order Item Quantity,"
        "order date (DateOrders)",
    ),
    "a numbered line": (
        "order_id,item_id,product_id,quantity,list_price,discount,order_date",
        "order_id,product_id,list_price,quantity,order_date",
    ),
    "nested orders, flattened": (
        "order.id,order.created_at,line_items.sku,line_items.price,line_items.quantity",
        "order.id,line_items.sku,line_items.price,line_items.quantity,order.created_at",
    ),
    "a ledger": (
        "Document No.,Posting Date,Item No.,Description,Quantity,Unit Price Excl. VAT,Amount",
        "Document No.,Item No.,Unit Price Excl. VAT,Quantity,Posting Date",
    ),
    "an invoice of India": (
        "Invoice No,Invoice Date,Item,HSN,Qty,Rate,Amount",
        "Invoice No,Item,Rate,Qty,Invoice Date",
    ),
    "a till with tickets": (
        "date,time,ticket_number,article,Quantity,unit_price",
        "ticket_number,article,unit_price,Quantity,date",
    ),
    "a site builder": (
        "Order number,Date created,Item,SKU,Qty,Price,Currency,Shipping rate,Total",
        "Order number,SKU,Price,Qty,Date created",
    ),
    "units in the header": (
        "Order ID,Product ID,Unit Price (USD),Quantity (units),Order Date (UTC)",
        "Order ID,Product ID,Unit Price (USD),Quantity (units),Order Date (UTC)",
    ),
    "German, shortened": (
        "Auftrags-Nr.,Datum,Art.-Nr.,Bezeichnung,Anzahl,VK-Preis (EUR),Gesamt",
        "Auftrags-Nr.,Art.-Nr.,VK-Preis (EUR),Anzahl,Datum",
    ),
    "French, shortened": (
        "Numéro commande,Date commande,Code article,Libellé,Qté,PU HT,Montant HT",
        "Numéro commande,Code article,PU HT,Qté,Date commande",
    ),
    "German": (
        "Bestellnummer,Bestelldatum,Artikelnummer,Menge,Einzelpreis,Gesamtpreis,Währung",
        "Bestellnummer,Artikelnummer,Einzelpreis,Menge,Bestelldatum",
    ),
    "French": (
        "N° commande,Date,Référence,Désignation,Quantité,Prix unitaire,Total",
        "N° commande,Référence,Prix unitaire,Quantité,Date",
    ),
    "Spanish": (
        "Pedido,Fecha,Producto,Cantidad,Precio,Total",
        "Pedido,Producto,Precio,Cantidad,Fecha",
    ),
    "Italian": (
        "Ordine,Data,Articolo,Quantità,Prezzo,Totale",
        "Ordine,Articolo,Prezzo,Quantità,Data",
    ),
    "Portuguese": (
        "Pedido,Data,Produto,Quantidade,Preço,Total",
        "Pedido,Produto,Preço,Quantidade,Data",
    ),
    "Dutch": ("Bestelling,Datum,Artikel,Aantal,Prijs", "Bestelling,Artikel,Prijs,Aantal,Datum"),
    "Polish": (
        "Numer zamówienia,Data,Produkt,Ilość,Cena",
        "Numer zamówienia,Produkt,Cena,Ilość,Data",
    ),
}
FIELDS = ("order_id", "product_id", "price", "quantity", "order_date")


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_header_is_read_without_any_option(name: str) -> None:
    header, wanted = KNOWN[name]
    cells = header.split(",")
    found = map_columns(cells, CONTRACT)
    assert isinstance(found, Columns), found
    assert ",".join(cells[found.fields[field]] for field in FIELDS) == wanted
