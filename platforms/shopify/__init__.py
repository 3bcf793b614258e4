"""Shopify behind the platform port."""
