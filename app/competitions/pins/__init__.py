"""Several judges on one tablet: a short PIN passes it from one to the next, for the marking desk and nothing else."""
