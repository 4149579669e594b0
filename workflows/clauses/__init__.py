"""How a legal document becomes data, whatever it grants: facts with their attributes, conditions, sources, the sections of a file."""
