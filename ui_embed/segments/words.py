"""The kinds of conditions in the merchant's words, as the form's list offers them."""

from flask_babel import lazy_gettext

Group = tuple[object, tuple[tuple[str, object], ...]]

KIND_GROUPS: tuple[Group, ...] = (
    (
        lazy_gettext("Orders"),
        (
            ("orders_at_least", lazy_gettext("Number of orders, at least")),
            ("orders_at_most", lazy_gettext("Number of orders, at most")),
            ("last_order_days_over", lazy_gettext("Last order longer ago than (days)")),
            ("last_order_days_within", lazy_gettext("Last order within (days)")),
            ("last_order_before", lazy_gettext("Last order before")),
            ("last_order_since", lazy_gettext("Last order on or after")),
            ("first_order_days_over", lazy_gettext("First order longer ago than (days)")),
            ("first_order_days_within", lazy_gettext("First order within (days)")),
            ("first_order_before", lazy_gettext("First order before")),
            ("first_order_since", lazy_gettext("First order on or after")),
            ("bought_in", lazy_gettext("Bought in the store")),
        ),
    ),
    (
        lazy_gettext("Money"),
        (
            ("spent_at_least", lazy_gettext("Spent, at least")),
            ("spent_at_most", lazy_gettext("Spent, at most")),
            ("has_unpaid", lazy_gettext("Has an order that isn't paid")),
            ("has_refund", lazy_gettext("Got money back")),
        ),
    ),
    (
        lazy_gettext("Person"),
        (
            ("has_tag", lazy_gettext("Has the tag")),
            ("language", lazy_gettext("Language")),
            ("country", lazy_gettext("Country of the last address")),
            ("has_account", lazy_gettext("Has an account")),
            ("is_guest", lazy_gettext("Is a guest")),
        ),
    ),
)
KIND_WORDS: dict[str, object] = {kind: words for _, kinds in KIND_GROUPS for kind, words in kinds}
