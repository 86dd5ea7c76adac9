"""The local AWS: start it as a process or a container, find it again, stop it."""
