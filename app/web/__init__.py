"""What pages share: the door, actions, errors, forms, language."""
