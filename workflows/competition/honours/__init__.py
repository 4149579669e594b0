"""From a final result to titles, promotions and recommendations: each document's rules as a pack, applied to plain facts."""
