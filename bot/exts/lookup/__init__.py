"""The lookup commands: licenses, projects, terms, topics, events, areas, facts and sources."""
