"""What commands ask before something is lost, and what they say of it."""
