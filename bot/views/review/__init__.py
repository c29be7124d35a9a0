"""What moderators see of the review: lists, the card of a case, forms, bulk actions, statistics, exports and the audit log."""
