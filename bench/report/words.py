"""Figures as people read them."""

_THOUSAND = 1000


def short(value: float | str) -> str:
    """A figure with three digits that count, thousands apart; words as they are."""
    if isinstance(value, str):
        return value
    if abs(value) >= _THOUSAND:
        return f"{value:,.0f}"
    return f"{value:.3g}"
