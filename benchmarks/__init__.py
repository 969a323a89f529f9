"""Speed as ratios within one run on one machine, each with the bound it must keep: `make bench`."""
