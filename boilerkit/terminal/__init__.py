"""What the command lines of Boilerkit and its benchmarks share: tables, messages, progress and caches."""
