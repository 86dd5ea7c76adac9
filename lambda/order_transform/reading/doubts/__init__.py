"""What some rows show that may not be what the shop meant. It is told and changes no row."""
