"""Whose things are: keys, links between persons, and what explains and undoes each of them."""
