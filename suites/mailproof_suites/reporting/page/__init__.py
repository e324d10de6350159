"""Templates, style and scripts of the HTML reports, and the one way to put them into a page (`render.page`)."""
