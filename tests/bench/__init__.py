"""Measurements, as commands; never tests. Each names its peer, runs both in one go and prints the ratio."""
