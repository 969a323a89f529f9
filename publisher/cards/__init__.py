"""Draws cards: the words of a post as pictures, for platforms that show no words alone."""

from publisher.cards.deck import Cards, Dressed

__all__ = ["Cards", "Dressed"]
