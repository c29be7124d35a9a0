"""The composition root: configuration in, wired stages out. Production, demo and tests all start here."""
