"""What the benchmarks found, kept and shown: a table and a plot in docs/benchmarks.md."""
