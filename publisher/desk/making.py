"""Makes a workspace, or a post to fill in: what a person does before there is anything to look at."""

from publisher.scaffold import init, new

__all__ = ["init", "new"]
