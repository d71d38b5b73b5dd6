"""One file per panel, found by discovery; a new panel is a new file here and nothing else."""
