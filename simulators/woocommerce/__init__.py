"""A stand-in WooCommerce: sites with REST wc/v3, wc-auth, webhooks on WP-Cron, orders, people.

It knows the platform's protocols and nothing of the application that talks to it.
"""
