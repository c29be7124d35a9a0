"""How good the answers are, measured on questions that were labelled by people who did not write the answers."""
