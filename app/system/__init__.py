"""What the operating system tells about the person: gone away, asleep. One seam, one implementation per system."""
