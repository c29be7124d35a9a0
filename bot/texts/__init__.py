"""What members and moderators read on Discord, one module for each feature, so that texts are read, changed and translated in one place.

Plain constants, and functions where a text has values in it, so that the type checker sees a value that is missing. Left out: texts of
the terminal and the log, which stand where they are printed, and whatever comes from the knowledge.
"""
