"""Every verb that a person has; the CLI and any web page call only this.

desk         the verbs, one function each
making       a workspace, and a post to fill in
workplace    the log, the posts, and the deliveries that a name means
which        the post that a person means by a name
forecasting  what the posts to come will cost
checking     where posts go out as they are now
previewing   a post on a channel, as it will be posted
judging, holding, sending, resolving, taking_down, serving
             approve and reject; hold and release; publish; resolve; withdraw; run
"""

from publisher.desk.desk import Desk

__all__ = ["Desk"]
