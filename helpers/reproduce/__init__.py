"""The machinery that runs notebooks over a study and publishes the report. No notebook imports it."""

import sys

# nbformat brings a grammar of web addresses, which takes a second to build and which no notebook needs.
sys.modules.setdefault("rfc3987_syntax", None)
