"""Several processes that serve one bot: who has which shards, what each must hear, and what only one of them does."""
