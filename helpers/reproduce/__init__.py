"""The machinery that runs and publishes: notebooks over a study, the report, the README. No notebook imports it."""

import sys

# nbformat brings a grammar of web addresses, which takes a second to build and which no notebook needs.
sys.modules.setdefault("rfc3987_syntax", None)
