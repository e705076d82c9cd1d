"""What hostile people tried, and what holds them now."""
