"""Planning a competition and its skills, and appointing who serves in it."""
