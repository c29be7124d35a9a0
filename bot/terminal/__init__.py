"""The terminal as a front end: the same answers without Discord, for people (rich) and programs (JSON lines)."""
