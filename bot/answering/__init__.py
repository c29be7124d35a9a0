"""Ranked hits to an outcome: an answer, suggestions, an honest abstention, or a word of small talk."""
