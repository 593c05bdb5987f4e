"""Commands as a person or a program runs them, a file a command."""
