"""The registers everything refers to: people, organisations, occupations, divisions."""
