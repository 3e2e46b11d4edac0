"""The validation room: Pandera on collected frames, every check named with a stable code, all problems at once.

Two steps. `checked_table` and `checked_key` judge cells, rows and keys by the table's definition; `check_rules` then judges
what stands between rows by the rules of schemas/rules and of the framework (ssemon.rulebook), over what the first step
has not told of.

A new kind of rule is a form in ssemon.rulekinds (what its lines may say) and a function in a module of this room, named
in `kinds.JUDGES`: it is given a `Ground` (the rows that can be judged; the `Subject`, with the framework and whatever
frames stand beside) and the line, and gives `Cases`: a row a case, with `at`, the row that is told of, and the expression
that holds where the case is sound. Order, counting, places, words and Pandera are the engine's (`beyond`).

Quoted key figures have no indicator and are held to no such rule: `figures` judges which regions they name, that a region stands
once, and that the regions are not more than their country.

What stands beside a delivery has judges of its own: what is approved of the same plugin (`revised`), and the other countries
of an edition (`across`).
"""

from ssemon.validation.across import check_countries
from ssemon.validation.beyond import check_rules
from ssemon.validation.checks import Part, check_table, checked_key, checked_table
from ssemon.validation.figures import check_figures
from ssemon.validation.ground import Subject, this_year
from ssemon.validation.revised import Revision, check_revision
from ssemon.validation.rules import Context

__all__ = [
    "Context", "Part", "Revision", "Subject", "check_countries", "check_figures", "check_revision", "check_rules", "check_table",
    "checked_key", "checked_table", "this_year",
]  # fmt: skip
