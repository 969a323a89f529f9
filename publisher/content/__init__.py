"""The first stage of the flow: the folder content/ is read into Posts; what is wrong becomes Problems.

    folders  what folders hold, remembered while their times stand still
    walk     folder → what is a post, what belongs to it (names and stats only)
    text     bytes of a text → its facts and its body; one reader per kind of file
             `first_lines` and `front_matter` help it, `vocabulary` knows every word for a key
    docx     likewise of a Word document, which `text` asks only when there is one
    facts    what is written there → the fields of a post; one line per key, `values` per kind of value
    names    time and title in the name of a post, where its text says nothing
    days     dates as people write them; `events` that will be over when the post is due
    build    one found post → a Post; `files` opens what it needs
    gather   its media: inside the text (kept on the `shelf`), beside it, or named by it
    reader   all of it, once
    cache    what was read before and has not changed is not read again
    watch    only what stands still for two looks counts

A folder that holds the file `.sample` marks every post in and below it as a sample: for texts
without front matter, which cannot say `sample: true` themselves. Live mode refuses samples.
"""

from publisher.content.reader import Content, read
from publisher.content.watch import Watcher

__all__ = ["Content", "Watcher", "read"]
