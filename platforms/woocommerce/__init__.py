"""WooCommerce: stores on WordPress, by their own REST API, keys and webhooks."""
