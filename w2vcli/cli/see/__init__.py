"""Commands: pictures, pages and files to look at."""
