"""A Word document → a `Draft`; loaded only when there is one to read, with python-docx and lxml.

package      the bytes, if they can be trusted → the parts of the document
styles       what a paragraph or run looks like once its styles are taken into account
numbering    the number or bullet that Word shows before a paragraph
inline       one paragraph → its words, with bold and links, and what stands in it besides
pictures     the pictures in it, as they lie there
blocks       paragraphs and tables in order → lines, each with the paragraph a person counts
aside        what Word shows around the text and nobody posts: header, footer, notes, comments
"""

from publisher.content.docx.reader import read_docx

__all__ = ["read_docx"]
