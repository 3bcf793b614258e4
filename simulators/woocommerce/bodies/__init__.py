"""Objects as the REST API and webhooks write them: every field, in the order of the real ones."""
