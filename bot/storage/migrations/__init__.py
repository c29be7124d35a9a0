"""The history of the schema, one numbered file a step; Alembic applies what a database lacks."""
