"""A stand-in Shopify: shops, staff, orders, OAuth, Admin GraphQL, bulk operations, webhooks.

It knows the platform's protocols and nothing of the application that talks to it.
"""
