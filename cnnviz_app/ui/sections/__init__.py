"""One file per part of the Inspector, found by discovery; a new part is a new file here."""
