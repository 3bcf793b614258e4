"""The fields of each GraphQL type, as functions of (object, arguments, context)."""
