"""How the ports are met: one folder a technology."""
