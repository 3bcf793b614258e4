"""Human text as people mean it, to be searched and compared."""
