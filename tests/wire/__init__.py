"""The shipped bot as its own process, against a simulated Discord behind a real socket."""
