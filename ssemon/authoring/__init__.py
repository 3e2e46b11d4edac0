"""What helps a plugin author: a workbook to fill in, a plugin to start, a check of one, an answer to what was sent."""

from ssemon.authoring.check import Result, check_plugin
from ssemon.authoring.form import plan_form
from ssemon.authoring.form_book import write_form
from ssemon.authoring.new import new_plugin

__all__ = ["Result", "check_plugin", "new_plugin", "plan_form", "write_form"]
