"""Who scores what: the register of judges, assignments, conflicts of interest, missing judges, marking again, and how it all goes."""
