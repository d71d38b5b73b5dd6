"""The command line: the same laboratory without Qt."""
