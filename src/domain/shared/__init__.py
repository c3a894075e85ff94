"""Types every feature of the domain shares."""
