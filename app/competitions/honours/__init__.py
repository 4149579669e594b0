"""What a final result brings besides the award: titles, promotions and recommendations, by the documents a competition is held under."""
