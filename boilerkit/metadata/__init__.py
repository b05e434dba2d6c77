"""Whose page it is: title, authors, dates, site, language, description, picture and address."""
