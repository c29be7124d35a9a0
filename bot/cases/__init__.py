"""The entity case: what members say about answers joins one, and moderators decide on it."""
