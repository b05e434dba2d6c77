"""The recipe of the shipped model. `python -m training --data DIR` builds it."""
