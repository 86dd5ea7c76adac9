"""Headers of shop systems and languages as they are exported, each read without any option."""

import pytest
from order_transform.reading.columns.columns import Columns, map_columns
from order_transform.reading.columns.problems import ColumnProblem
from transformed import CONTRACT

FIELDS = ("order_id", "product_id", "price", "quantity", "order_date", "line_total")
# The header, and the columns of FIELDS in it; `-` where the file has none.
EXPORTS = {
    "Shopify": (
        "Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|"
        "Accepts Marketing|Currency|Subtotal|Shipping|Taxes|Total|Discount Code|"
        "Discount Amount|Shipping Method|Created at|Lineitem quantity|Lineitem name|"
        "Lineitem price|Lineitem compare at price|Lineitem sku|"
        "Lineitem requires shipping|Lineitem taxable|Lineitem fulfillment status|"
        "Billing Name|Billing Street|Billing City|Billing Zip|Billing Province|"
        "Billing Country|Billing Phone|Shipping Name|Shipping City|Shipping Country|"
        "Notes|Note Attributes|Cancelled at|Payment Method|Payment Reference|"
        "Refunded Amount|Vendor|Id|Tags|Risk Level|Source|Lineitem discount|Tax 1 Name",
        "Name|Lineitem sku|Lineitem price|Lineitem quantity|Created at|-",
    ),
    "WooCommerce": (
        "Order Number|Order Status|Order Date|Customer Note|First Name (Billing)|"
        "Last Name (Billing)|Company (Billing)|City (Billing)|Country Code (Billing)|"
        "Email (Billing)|Phone (Billing)|Payment Method Title|Cart Discount Amount|"
        "Order Subtotal Amount|Shipping Method Title|Order Shipping Amount|"
        "Order Refund Amount|Order Total Amount|Order Total Tax Amount|SKU|Item #|"
        "Item Name|Quantity (- Refund)|Item Cost|Coupon Code|Discount Amount",
        "Order Number|SKU|Item Cost|Quantity (- Refund)|Order Date|-",
    ),
    "WooCommerce, one row per line": (
        "order_id|order_number|order_date|paid_date|status|shipping_total|"
        "shipping_tax_total|fee_total|tax_total|cart_discount|order_discount|"
        "discount_total|order_total|order_subtotal|order_currency|payment_method|"
        "shipping_method|customer_id|customer_user|customer_email|billing_first_name|"
        "billing_country|shipping_country|product_id|item_sku|item_name|item_quantity|"
        "item_price|item_total|item_subtotal",
        "order_id|product_id|item_price|item_quantity|order_date|item_total",
    ),
    "Amazon all orders": (
        "amazon-order-id|merchant-order-id|purchase-date|last-updated-date|order-status|"
        "fulfillment-channel|sales-channel|order-channel|url|ship-service-level|"
        "product-name|sku|asin|item-status|quantity|currency|item-price|item-tax|"
        "shipping-price|shipping-tax|gift-wrap-price|gift-wrap-tax|"
        "item-promotion-discount|ship-promotion-discount|ship-city|ship-state|"
        "ship-postal-code|ship-country|promotion-ids|is-business-order|"
        "purchase-order-number|price-designation",
        "amazon-order-id|sku|item-price|quantity|purchase-date|-",
    ),
    "Amazon unshipped": (
        "order-id|order-item-id|purchase-date|payments-date|buyer-email|buyer-name|"
        "buyer-phone-number|sku|product-name|quantity-purchased|currency|item-price|"
        "item-tax|shipping-price|shipping-tax|ship-service-level|recipient-name|"
        "ship-city|ship-country|sales-channel",
        "order-id|sku|item-price|quantity-purchased|purchase-date|-",
    ),
    "eBay": (
        "Sales Record Number|Order Number|Buyer Username|Buyer Name|Buyer Email|"
        "Ship To Name|Ship To Country|Item Number|Item Title|Custom Label|"
        "Sold Via Promoted Listings|Quantity|Sold For|Shipping And Handling|"
        "Included VAT Rate|eBay Collected Tax|Total Price|Payment Method|Sale Date|"
        "Paid On Date|Ship By Date|Feedback Left|Transaction ID|Variation Details",
        "Order Number|Item Number|Sold For|Quantity|Sale Date|Total Price",
    ),
    "Etsy": (
        "Sale Date|Item Name|Buyer|Quantity|Price|Coupon Code|Coupon Details|"
        "Discount Amount|Shipping Discount|Order Shipping|Order Sales Tax|Item Total|"
        "Currency|Transaction ID|Listing ID|Date Paid|Date Shipped|Ship Name|Ship City|"
        "Ship Country|Order ID|Variations|Order Type|Listings Type|Payment Type|"
        "InPerson Discount|InPerson Location|VAT Paid by Buyer|SKU",
        "Order ID|SKU|Price|Quantity|Sale Date|Item Total",
    ),
    "Magento": (
        "ID|Purchase Point|Purchase Date|Bill-to Name|Ship-to Name|Grand Total (Base)|"
        "Grand Total (Purchased)|Status|SKU|Product Name|Qty Ordered|Qty Invoiced|"
        "Qty Shipped|Price|Row Total",
        "-|SKU|Price|Qty Ordered|Purchase Date|Row Total",
    ),
    "BigCommerce": (
        "Order ID|Customer ID|Customer Name|Customer Email|Order Date|Order Status|"
        "Subtotal (inc tax)|Shipping Cost (inc tax)|Order Total (inc tax)|Product ID|"
        "Product Qty|Product SKU|Product Name|Product Weight|Product Unit Price|"
        "Product Total Price|Order Currency Code",
        "Order ID|Product ID|Product Unit Price|Product Qty|Order Date|Product Total Price",
    ),
    "Tiendanube": (
        "Número de orden|Email|Fecha|Estado de la orden|Estado del pago|Estado del envío|"
        "Moneda|Subtotal de productos|Descuento|Costo de envío|Total|"
        "Nombre del comprador|DNI / CUIT|Teléfono|País|Medio de pago|Nombre del producto|"
        "Precio del producto|Cantidad del producto|SKU|Canal",
        "Número de orden|SKU|Precio del producto|Cantidad del producto|Fecha|-",
    ),
    "Nuvemshop": (
        "Número do Pedido|E-mail|Data|Status do Pedido|Status do Pagamento|Moeda|"
        "Subtotal|Desconto|Valor do Frete|Total|Nome do comprador|País|Nome do Produto|"
        "Valor do Produto|Quantidade Comprada|SKU",
        "Número do Pedido|SKU|Valor do Produto|Quantidade Comprada|Data|-",
    ),
    "MercadoLibre": (
        "# de venta|Fecha de venta|Estado|Descripción del estado|Unidades|"
        "Ingresos por productos (ARS)|Cargo por venta e impuestos|Total (ARS)|SKU|"
        "# de publicación|Título de la publicación|"
        "Precio unitario de venta de la publicación (ARS)|Comprador|País",
        "# de venta|SKU|Precio unitario de venta de la publicación (ARS)|Unidades|"
        "Fecha de venta|Ingresos por productos (ARS)",
    ),
    "Allegro": (
        "OrderId|OrderDate|BuyerLogin|BuyerEmail|OfferId|OfferTitle|OfferExternalId|"
        "LineItemQuantity|LineItemPrice|Currency|TotalToPay",
        "OrderId|OfferExternalId|LineItemPrice|LineItemQuantity|OrderDate|-",
    ),
    "Shopware6": (
        "orderNumber|orderDateTime|stateMachineState|lineItems.productNumber|"
        "lineItems.label|lineItems.quantity|lineItems.unitPrice|lineItems.totalPrice|"
        "currency",
        "orderNumber|lineItems.productNumber|lineItems.unitPrice|lineItems.quantity|"
        "orderDateTime|lineItems.totalPrice",
    ),
    "JTL": (
        "Auftragsnummer|Auftragsdatum|Kundennummer|Artikelnummer|Artikelname|Menge|"
        "VK Netto|VK Brutto|Gesamtpreis|Währung|Land",
        "Auftragsnummer|Artikelnummer|VK Netto|Menge|Auftragsdatum|Gesamtpreis",
    ),
    "Otto": (
        "orderNumber|orderDate|positionItemId|productTitle|sku|articleNumber|"
        "itemValueGrossPrice|currency|fulfillmentStatus|quantity",
        "orderNumber|sku|itemValueGrossPrice|quantity|orderDate|-",
    ),
    "Wix": (
        "Order number|Date created|Time|Total order quantity|Contact email|"
        "Note from customer|Item|Variant|SKU|Qty|Quantity refunded|Price|Weight|"
        "Custom text|Deposit amount|Delivery method|Recipient name|Delivery country|"
        "Shipping rate|Total tax|Total|Currency|Refunded amount|Payment status|"
        "Fulfillment status",
        "Order number|SKU|Price|Qty|Date created|Total",
    ),
    "Squarespace": (
        "Order ID|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|"
        "Currency|Subtotal|Shipping|Taxes|Amount Refunded|Total|Discount Code|"
        "Discount Amount|Shipping Method|Created at|Lineitem quantity|Lineitem name|"
        "Lineitem price|Lineitem sku|Lineitem variant|Billing Country|Shipping Country|"
        "Channel Type",
        "Order ID|Lineitem sku|Lineitem price|Lineitem quantity|Created at|-",
    ),
    "OpenCart": (
        "order_id|invoice_no|firstname|lastname|email|product_id|name|model|quantity|"
        "price|total|tax|date_added|order_status|currency_code",
        "order_id|product_id|price|quantity|date_added|total",
    ),
    "Ecwid": (
        "order_number|date|email|customer|name|sku|price|quantity|total|payment_status|"
        "fulfillment_status|shipping_country",
        "order_number|sku|price|quantity|date|total",
    ),
    "Shopee": (
        "Order ID|Order Status|Cancel reason|Order Creation Date|Order Paid Time|"
        "Parent SKU Reference No.|Product Name|SKU Reference No.|Variation Name|"
        "Original Price|Deal Price|Quantity|Returned quantity|Product Subtotal|"
        "Total Discount|Buyer Paid Shipping Fee|Grand Total|Username (Buyer)|Country",
        "Order ID|SKU Reference No.|Deal Price|Quantity|Order Creation Date|Product Subtotal",
    ),
    "Shopee, Indonesian": (
        "No. Pesanan|Status Pesanan|Waktu Pesanan Dibuat|Nomor Referensi SKU|Nama Produk|"
        "Harga Awal|Harga Setelah Diskon|Jumlah|Total Harga Produk|Total Pembayaran",
        "No. Pesanan|Nomor Referensi SKU|Harga Setelah Diskon|Jumlah|"
        "Waktu Pesanan Dibuat|Total Harga Produk",
    ),
    "Taobao": (
        "订单编号|买家会员名|买家应付货款|总金额|订单状态|收货人姓名|订单创建时间|宝贝标题|宝贝总数量|商品价格|商家编码",
        "订单编号|商家编码|商品价格|宝贝总数量|订单创建时间|总金额",
    ),
    "Rakuten": (
        "注文番号|注文日|ステータス|商品名|商品番号|商品管理番号|単価|個数|合計金額|注文者氏名",
        "注文番号|商品番号|単価|個数|注文日|合計金額",
    ),
    "Naver": (
        "상품주문번호|주문번호|주문상태|구매자명|구매자ID|주문일시|상품번호|상품명|옵션정보|수량|상품가격|"
        "상품별 총 주문금액|판매자 상품코드",
        "주문번호|상품번호|상품가격|수량|주문일시|상품별 총 주문금액",
    ),
    "1C, Russian": (
        "Дата|Номер|Контрагент|Номенклатура|Артикул|Кол-во|Цена|Сумма|Валюта",
        "-|Артикул|Цена|Кол-во|Дата|Сумма",
    ),
    "Trendyol": (
        "Sipariş Numarası|Sipariş Tarihi|Ürün Adı|Barkod|Stok Kodu|Adet|Birim Fiyatı|"
        "Satış Tutarı|Sipariş Statüsü|Ülke",
        "Sipariş Numarası|Stok Kodu|Birim Fiyatı|Adet|Sipariş Tarihi|Satış Tutarı",
    ),
    "French": (
        "N° de commande|Date de commande|Client|Réf. produit|Désignation|Qté|P.U. HT|"
        "Montant HT|TVA|Montant TTC",
        "N° de commande|Réf. produit|P.U. HT|Qté|Date de commande|-",
    ),
    "Spanish": (
        "Nº de pedido|Fecha del pedido|Cliente|Código|Descripción|Cant.|Precio unitario|Importe",
        "Nº de pedido|Código|Precio unitario|Cant.|Fecha del pedido|Importe",
    ),
    "Czech": (
        "Objednávka|Datum|Kód|Název|Ks|Cena za ks|Celkem",
        "Objednávka|Kód|Cena za ks|Ks|Datum|Celkem",
    ),
    "Arabic": (
        "رقم الطلب|تاريخ الطلب|اسم المنتج|الكمية|السعر|الإجمالي",
        "رقم الطلب|اسم المنتج|السعر|الكمية|تاريخ الطلب|الإجمالي",
    ),
    "Hebrew": (
        'מספר הזמנה|תאריך|שם מוצר|כמות|מחיר|סה"כ',
        'מספר הזמנה|שם מוצר|מחיר|כמות|תאריך|סה"כ',
    ),
    "Swedish": (
        "Ordernr|Datum|Artikelnr|Benämning|Antal|Á-pris|Summa",
        "Ordernr|Artikelnr|Á-pris|Antal|Datum|Summa",
    ),
    "Finnish": (
        "Tilausnumero|Päivämäärä|Tuote|Määrä|Yksikköhinta|Yhteensä",
        "Tilausnumero|Tuote|Yksikköhinta|Määrä|Päivämäärä|Yhteensä",
    ),
    "Greek": (
        "Αρ. παραγγελίας|Ημερομηνία|Προϊόν|Ποσότητα|Τιμή|Σύνολο",
        "Αρ. παραγγελίας|Προϊόν|Τιμή|Ποσότητα|Ημερομηνία|Σύνολο",
    ),
    "Ukrainian": (
        "Номер замовлення|Дата|Назва товару|Кількість|Ціна|Сума",
        "Номер замовлення|Назва товару|Ціна|Кількість|Дата|Сума",
    ),
    "Chinese of Taiwan": (
        "訂單編號|訂單日期|商品名稱|數量|單價|小計",
        "訂單編號|商品名稱|單價|數量|訂單日期|小計",
    ),
    "Chinese": (
        "订单号|下单时间|商品名称|SKU|数量|单价|金额|币种",
        "订单号|SKU|单价|数量|下单时间|金额",
    ),
    "Japanese": (
        "受注番号|受注日|商品コード|商品名|数量|単価|金額",
        "受注番号|商品コード|単価|数量|受注日|金額",
    ),
    "Hungarian": (
        "Rendelésszám|Dátum|Termék|Db|Egységár|Összesen",
        "Rendelésszám|Termék|Egységár|Db|Dátum|Összesen",
    ),
    "Romanian": (
        "Nr. comandă|Data|Denumire produs|Cantitate|Preț unitar|Valoare",
        "Nr. comandă|Denumire produs|Preț unitar|Cantitate|Data|Valoare",
    ),
    "Turkish": (
        "Sipariş No|Tarih|Ürün|Miktar|Fiyat|Tutar|Durum",
        "Sipariş No|Ürün|Fiyat|Miktar|Tarih|Tutar",
    ),
    "Norwegian": (
        "Ordrenr|Dato|Varenr|Varenavn|Antall|Pris pr stk|Sum",
        "Ordrenr|Varenr|Pris pr stk|Antall|Dato|Sum",
    ),
    "Danish": (
        "Ordrenr.|Dato|Varenr.|Varenavn|Antal|Stk. pris|I alt",
        "Ordrenr.|Varenr.|Stk. pris|Antal|Dato|I alt",
    ),
    "Dutch": (
        "Ordernummer|Besteldatum|Artikelnummer|Omschrijving|Aantal|Prijs per stuk|Totaal",
        "Ordernummer|Artikelnummer|Prijs per stuk|Aantal|Besteldatum|Totaal",
    ),
    "Italian": (
        "N. ordine|Data ordine|Cod. articolo|Descrizione|Q.tà|Prezzo unit.|Importo",
        "N. ordine|Cod. articolo|Prezzo unit.|Q.tà|Data ordine|Importo",
    ),
    "Portuguese": (
        "Nº do pedido|Data da compra|Código do produto|Produto|Qtde.|Valor unitário|Valor total",
        "Nº do pedido|Código do produto|Valor unitário|Qtde.|Data da compra|Valor total",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_of_a_shop_system_or_language_needs_no_option(name: str) -> None:
    header, wanted = EXPORTS[name]
    cells = header.split("|")
    found = map_columns(cells, CONTRACT)
    assert isinstance(found, Columns), found
    columns = [cells[found.fields[field]] if field in found.fields else "-" for field in FIELDS]
    assert "|".join(columns) == wanted


@pytest.mark.parametrize(
    ("header", "price"),
    [
        ("sku,qty,Unit Cost,Unit Price", "Unit Price"),
        ("sku,qty,Unit Cost,Amount", "Amount"),
        ("sku,qty,Unit Cost", "Unit Cost"),
        ("Código,Cantidad,Costo unitario,Precio", "Precio"),
        ("sku,qty,shipping-price,item-price,gift-wrap-price", "item-price"),
    ],
)
def test_a_cost_is_the_price_only_where_no_column_is_revenue(header: str, price: str) -> None:
    cells = header.split(",")
    found = map_columns(cells, CONTRACT)
    assert isinstance(found, Columns), found
    assert cells[found.fields["price"]] == price


def test_a_cost_is_not_the_price_beside_a_line_total() -> None:
    for revenue in ("Total Price", "Total", "Revenue", "Importe"):
        found = map_columns(["sku", "qty", "Unit Cost", revenue], CONTRACT)
        named = found.fields if isinstance(found, Columns) else {}
        assert named.get("price") != 2


def test_a_net_and_a_gross_price_need_a_word() -> None:
    problem = map_columns(["Artikel", "Menge", "Einzelpreis netto", "Einzelpreis brutto"], CONTRACT)
    assert isinstance(problem, ColumnProblem)
    assert problem.code == "ambiguous_columns"


def test_a_text_field_takes_the_column_that_is_called_like_it() -> None:
    header = ["order_id", "invoice_no", "product_id", "sku", "price", "quantity"]
    found = map_columns(header, CONTRACT)
    assert isinstance(found, Columns)
    assert (found.fields["order_id"], found.fields["product_id"]) == (0, 2)
