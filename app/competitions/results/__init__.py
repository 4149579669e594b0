"""From locked sheets to places, the public list, awards and their evidence."""
