"""Benchmarks: how fast Boilerkit is next to others. Results go to benchmarks/results/."""
