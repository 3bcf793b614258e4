"""Webhooks out: bodies in REST's shape, signatures, a queue with retries and misbehaviour."""
