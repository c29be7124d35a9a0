"""Measurements beside a reference in the same run; see ``make bench``."""
