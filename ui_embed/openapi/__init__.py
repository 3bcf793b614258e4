"""`/openapi.json`: what every route of the API takes and answers."""
