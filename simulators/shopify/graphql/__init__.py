"""The Admin GraphQL API: the platform's real schema, resolved from the state."""
