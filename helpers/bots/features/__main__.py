"""All features with their class, what they measure and unit, as CSV.

python -m helpers.bots.features > data/reference/features.csv
"""

import sys

from helpers.bots.features import catalogue

sys.stdout.reconfigure(newline="\n")
catalogue().to_csv(sys.stdout, index=False, lineterminator="\n")
