"""Where pictures come from: files, folders, built-in photographs, procedural worlds."""
