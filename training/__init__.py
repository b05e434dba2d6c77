"""The recipe of the shipped models. `python -m training --data DIR` builds them."""
