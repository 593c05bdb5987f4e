"""What holds for whatever hypothesis makes up: graphs, files, events."""
