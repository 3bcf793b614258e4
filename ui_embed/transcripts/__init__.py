"""Conversations on paper: a page to print, a PDF, a mail to the customer."""
