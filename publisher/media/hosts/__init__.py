"""Public places for media: each puts made files where platforms that fetch for themselves can reach them."""
