"""Shows a rendition to people before anybody commits to it."""
