"""What happens to every request before and after its endpoint; one layer, because each costs."""
