"""The ground: events, jobs, parameters, pictures and recipes; imports nothing of the other rooms."""
