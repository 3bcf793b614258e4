"""Webhooks: queued at the event, built and sent when WP-Cron runs."""
