"""Pages in files: finding and reading page files and files of many pages, and writing what was extracted."""
