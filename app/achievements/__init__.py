"""Facts that one slice publishes and another builds on."""
