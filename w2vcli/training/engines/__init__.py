"""What trains: each engine gets a `Task` and reports each `Epoch`."""
