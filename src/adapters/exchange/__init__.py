"""Exchanges that need no account: simulated and replayed markets, and the paper broker."""
