"""The stores' rate limits, shared by all processes through Valkey."""
