"""Copies of the same data on several nodes: what a change is, how copies merge, and what a merge cost."""
