"""What use cases need from the outside, as protocols named by role."""
