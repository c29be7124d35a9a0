"""The steps themselves. A step that has been released is never changed."""
