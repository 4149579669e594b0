"""Papers with a number: issuing, checking, revoking."""
