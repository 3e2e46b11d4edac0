"""What helps a plugin author: a workbook to fill in, a plugin to start, a check of one, an answer to what was sent."""

from ssemon.authoring.answer import Written, write_answers
from ssemon.authoring.answer_page import answer_page
from ssemon.authoring.check import Result, check_plugin
from ssemon.authoring.form import plan_form
from ssemon.authoring.form_book import write_form
from ssemon.authoring.new import new_plugin

__all__ = [
    "Result", "Written", "answer_page", "check_plugin", "new_plugin", "plan_form", "write_answers", "write_form",
]  # fmt: skip
