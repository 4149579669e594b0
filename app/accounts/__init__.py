"""Accounts, and the roles they hold on something."""
