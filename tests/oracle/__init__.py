"""Against something that is right by another way: NetworkX references, dense solves, brute force, plain lists."""
