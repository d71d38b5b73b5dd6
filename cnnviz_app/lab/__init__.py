"""The engine's side without Qt: what a job may ask and what answers it."""
