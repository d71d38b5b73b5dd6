"""The tests of CNNViz; the folders mirror the package."""
