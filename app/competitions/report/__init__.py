"""A competitor's own report, once the results are before the public: by criterion, aspect and section of the standard."""
