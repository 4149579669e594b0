"""Over all skills of a competition: the best, the delegations, the table of medals."""
