"""What a Linux desktop needs beside the program: menu entry, icons, file types, manual, completions."""
