"""The judges' desk: sheets, marks, signatures, theory marks."""
