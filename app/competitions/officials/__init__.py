"""Who serves in a competition: appointed, seated on a panel, relieved."""
