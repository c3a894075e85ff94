"""The HTTP side: endpoints declared as data, a small machine that serves them, and the API's description."""
