"""What a delivery does, step by step, when nothing goes wrong and when something does."""

from __future__ import annotations

from tests.engine.office import Office


def test_a_due_post_goes_out_once_on_every_channel(office: Office) -> None:
    """A post that is due goes out on each of its channels with one public call, and the log has its link."""
    office.post("news", due=0)
    office.run()
    office.run()
    assert office.texts() == ["Announcement news of the office."] * 2
    assert office.state("news", "fb") == office.state("news", "x") == "published"
    for one in office.deliveries():
        assert one.url is not None
        assert one.published_at == office.now
