"""What helps a plugin author: start one, check one."""

from ssemon.authoring.check import Result, check_plugin
from ssemon.authoring.new import new_plugin

__all__ = ["Result", "check_plugin", "new_plugin"]
