"""How reliable Boilerkit is: damaged pages, and how the time grows on pages that were made to take long."""
