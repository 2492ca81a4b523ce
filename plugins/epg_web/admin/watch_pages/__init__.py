"""The pages of watches, targets and alerts, for whoever is signed in: each sees only their own."""
