"""Questions with a structure, understood before ranking: who made X, when X was released, A vs B, what happened in 2018."""
