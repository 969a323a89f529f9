"""schedule.yaml, read whole into a Workspace, or refused with every mistake and its line."""

from publisher.config.keys import FILE
from publisher.config.loading import load
from publisher.config.workspace import Network, Workspace, find_root

__all__ = ["FILE", "Network", "Workspace", "find_root", "load"]
