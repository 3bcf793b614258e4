"""What a site holds, as plain data; times are aware UTC, amounts `Decimal`."""
