"""Order files on this machine: find them, check their headers, transform them, make samples."""
