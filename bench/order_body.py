"""A webhook's body of 10 KB: an order of Shopify's documentation with three lines.

It packs as well as the documented orders do (to a quarter); letters that repeat would pack to
nothing.
"""

import orjson

from bench.shop_deliveries import one_each

_BYTES = 10 * 1024


def order_body() -> bytes:
    """Always the same, 10,240 bytes."""
    [told] = one_each(1, 1)
    order = orjson.loads(told.body)
    del order["billing_address"], order["shipping_lines"]
    order["note"] = ""
    order["note"] = "." * (_BYTES - len(orjson.dumps(order)))
    return orjson.dumps(order)
