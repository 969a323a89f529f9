"""The engine: posts, time, the publish log. Names no platform."""

__version__ = "0.1.0"
