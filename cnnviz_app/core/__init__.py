"""The ground: events, jobs, parameters, pictures and recipes; imports no other room."""
