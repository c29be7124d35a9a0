"""The real bot in a simulated Discord server, on a page in the browser; only this package and the tests know the simulation."""
