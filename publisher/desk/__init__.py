"""Every verb that a person has; the CLI and any web page call only this.

desk        the verbs, one function each
which       the post that a person means by a name
forecasting what the posts to come will cost
previewing  a post on a channel, as it will be posted
sending     what `publish` books, and why it may not
"""

from publisher.desk.desk import Desk
from publisher.scaffold import init, new

__all__ = ["Desk", "init", "new"]
