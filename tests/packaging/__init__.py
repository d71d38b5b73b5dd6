"""Tests of what is shipped: the wheel, the set-up script, the fonts."""
