"""Delivers one part, step by step; the order of the steps is the promise of the system (docs/reliability.md).

deliverer   which step a part is at, and who may do it
staging     all that makes nothing public, hours ahead
committing  the fence and the one call
looking     what became of it, where nobody said
by_hand     a person publishes it instead
outcomes    how a step ended, written down
tools       what every step works with

No transaction is open during a platform call.
"""

from publisher.deliver.deliverer import Deliverer, Job

__all__ = ["Deliverer", "Job"]
