"""Catalogue entries by name, date and area: what the lookup commands show, and what structured questions are answered from."""
