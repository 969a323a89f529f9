"""Rooms, one per platform, and the floor they stand on; knows nothing of publisher/."""
