"""What tests stand on: a real PostgreSQL, databases already migrated, an office at an address."""
