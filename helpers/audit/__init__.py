"""What the numbers of such a study can carry."""
