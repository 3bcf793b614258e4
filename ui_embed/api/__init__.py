"""The JSON API, a module for what each part of it is about."""
