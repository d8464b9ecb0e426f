"""The sources of data sets: built in, downloaded, or read from a user's folders and files."""
