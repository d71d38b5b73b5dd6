"""Moving pictures: cameras, video files, a part of the screen, a folder that turns its pages."""
