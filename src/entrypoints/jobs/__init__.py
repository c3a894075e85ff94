"""The loops that run beside the HTTP service, what keeps them alive, and what tells how they are."""
