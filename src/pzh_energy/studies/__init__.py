"""Studies that solve a scenario many times."""
