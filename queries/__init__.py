"""What people call: the recommender and its results."""
