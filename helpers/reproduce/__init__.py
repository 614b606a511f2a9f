"""The machinery that runs, checks and publishes: notebooks over a study, the report, the README. No notebook imports it."""
