"""Bulk operations: a query over everything, its result as a JSONL file on another host."""
