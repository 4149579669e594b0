"""Notes and photos on an aspect of a sheet."""
