"""Charts as small pure functions: plain data in, an SVG as Markup out, the same bytes every time.

Each chart has its module. All share the palette (`tokens`), the drawing words (`svg`) and the few words that a
chart says by itself (`words`). Every chart carries a text alternative with its data in words, because a page may
be heard; and shows a missing value as missing, never as zero.
"""
