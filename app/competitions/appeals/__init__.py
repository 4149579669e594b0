"""Appeals, the revisions they lead to, and what is held meanwhile."""
