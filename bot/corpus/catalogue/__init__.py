"""The catalogues: timeline, licenses, projects and glossary, as records to look up and as sections to answer from."""
