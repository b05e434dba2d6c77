"""Where Boilerkit goes wrong: what its decisions on single blocks cost, in words and in F1."""
