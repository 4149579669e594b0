"""Seals and signatures as images: handed in by those who keep them, put on papers, every use on the record."""
