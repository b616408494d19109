"""Arrays as features and labels."""
