"""What only the container image runs, around the program itself."""
