"""The demo: real organisations, invented people, and a year of work played through operations.

Nothing here writes a row itself. Each step is the operation that a page would call, by the
person who would press the button, at the moment when they would have; so a demo that can be
made is also a test that the house works.
"""

from seeds.demo.play import play

__all__ = ["play"]
