// The note has no interface; this folder keeps the package manager content.
