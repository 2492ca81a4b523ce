"""What the web plugins share. Datasette executes plugin files by path, so their parts are a package of their own."""
