"""Random interleavings of tablets, network, power cuts and people, held against a few lines of plain Python that cannot be cut off."""
