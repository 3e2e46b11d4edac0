"""Plugins of our own: they import only what an outside plugin may import (a contract in pyproject.toml)."""
