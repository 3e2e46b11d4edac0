"""Statistical disclosure control: which values may not be published, and what must go with them."""

from ssemon.disclosure.primary import with_reasons
from ssemon.disclosure.protect import Protected, protect

__all__ = ["Protected", "protect", "with_reasons"]
