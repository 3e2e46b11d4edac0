"""`python -m ssemon`."""

from ssemon.cli import main

main()
